using Fabric.Devices;

namespace Fabric.Agent.Effects;

/// <summary>How much may be done in a second, and how much of it for one port.</summary>
/// <remarks>Not thread-safe: owned by one upcall thread. Counted in whole seconds, so in the worst case twice as much comes within one.</remarks>
/// <param name="clock">The agent's.</param>
/// <param name="all">For all ports together.</param>
/// <param name="perPort">For one port.</param>
public sealed class RateShares(TimeProvider clock, int all, int perPort)
{
    private readonly PortShares _shares = new(perPort);
    private long _window;
    private int _taken;

    /// <summary>Takes for a port; false if nothing is left in this second.</summary>
    public bool TryTake(PortId port)
    {
        var window = clock.GetTimestamp() / clock.TimestampFrequency;
        if (window != _window)
        {
            (_window, _taken) = (window, 0);
            _shares.Clear();
        }
        if (_taken == all || !_shares.TryTake(port))
            return false;
        _taken++;
        return true;
    }
}
