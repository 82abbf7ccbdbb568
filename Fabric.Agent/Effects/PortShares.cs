using System.Runtime.InteropServices;
using Fabric.Devices;

namespace Fabric.Agent.Effects;

/// <summary>Counts what each port takes of something that all share, so that one cannot take it all.</summary>
/// <remarks>Not thread-safe: owned by one upcall thread. A port that takes nothing costs nothing.</remarks>
public sealed class PortShares(int limit)
{
    private readonly Dictionary<PortId, int> _taken = [];

    /// <summary>Takes for a port; false, and nothing is taken, if it would have more than the limit. The network itself, default, has none.</summary>
    public bool TryTake(PortId port, int amount = 1)
    {
        if (port == default)
            return true;
        ref var taken = ref CollectionsMarshal.GetValueRefOrAddDefault(_taken, port, out _);
        if (taken + amount > limit)
            return false;
        taken += amount;
        return true;
    }

    /// <summary>Gives back what was taken for a port.</summary>
    public void Return(PortId port, int amount = 1)
    {
        if (port == default)
            return;
        ref var taken = ref CollectionsMarshal.GetValueRefOrNullRef(_taken, port);
        if ((taken -= amount) == 0)
            _taken.Remove(port);
    }

    /// <summary>Gives back everything.</summary>
    public void Clear() => _taken.Clear();
}
