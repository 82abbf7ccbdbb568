using Fabric.Addresses;

namespace Fabric.Bindings;

/// <summary>Counts, of copies that are alike, how many go to the ports that one flood key reaches at one host.</summary>
/// <remarks>Working memory of one thread, reused.</remarks>
public sealed class FloodCopies
{
    private readonly Dictionary<(ulong Key, IpAddress Destination), (int Copies, bool IsSent)> _counts = [];

    /// <summary>Forgets all: other copies follow.</summary>
    public void Clear() => _counts.Clear();

    /// <summary>Counts a copy.</summary>
    public void Count(in PortLocation location)
    {
        if (location.FloodKey == 0)
            return;
        var place = (location.FloodKey, location.Destination);
        _counts[place] = (_counts.GetValueOrDefault(place).Copies + 1, false);
    }

    /// <summary>All that the flood key reaches there would get a copy, and there are several: one stands for all.</summary>
    public bool IsOneForAll(in PortLocation location) =>
        location is { FloodKey: not 0, FloodSize: > 1 } && _counts[(location.FloodKey, location.Destination)].Copies == location.FloodSize;

    /// <summary>Takes the one copy; false if it was taken.</summary>
    public bool TryTake(in PortLocation location)
    {
        var place = (location.FloodKey, location.Destination);
        var (copies, isSent) = _counts[place];
        _counts[place] = (copies, true);
        return !isSent;
    }
}
