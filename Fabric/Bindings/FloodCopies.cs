using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Bindings;

/// <summary>Counts, of copies that are alike, how many go to the ports that one flood key reaches at one host.</summary>
/// <remarks>Working memory of one thread, reused.</remarks>
public sealed class FloodCopies
{
    private readonly Dictionary<(ulong Key, IpAddress Destination), (int Copies, bool IsSent)> _counts = [];
    private readonly HashSet<PortId> _ports = [];

    /// <summary>Forgets all: other copies follow.</summary>
    public void Clear()
    {
        _counts.Clear();
        _ports.Clear();
    }

    /// <summary>Counts a copy for a port.</summary>
    public void Count(PortId port, in PortLocation location)
    {
        if (location.FloodKey == 0)
            return;
        var place = (location.FloodKey, location.Destination);
        // Where links make a ring a port is reached twice: its copies would stand for those of a port that has none.
        var counted = _ports.Add(port) ? _counts.GetValueOrDefault(place).Copies + 1 : int.MinValue / 2;
        _counts[place] = (counted, false);
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
