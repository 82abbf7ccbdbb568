using System.Collections;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>Which ports outside stand for somebody, of the addresses that are asked about; filled by going through tables.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class PortUse
{
    private readonly Dictionary<(DeviceRef Router, IpAddress Address), BitArray> _used = [];

    /// <summary>Nothing is in use yet.</summary>
    /// <param name="addresses">The addresses that are asked about.</param>
    public PortUse(IEnumerable<(DeviceRef Router, IpAddress Address)> addresses)
    {
        foreach (var address in addresses)
            _used[address] = new BitArray(ushort.MaxValue + 1);
    }

    /// <summary>Nothing is asked about.</summary>
    public bool IsEmpty => _used.Count == 0;

    /// <summary>Notes a translation.</summary>
    /// <param name="back">The direction of its answers.</param>
    public void Note(in ConnectionKey back)
    {
        if (back.IsTranslated && _used.TryGetValue((back.Device, back.Destination), out var ports))
            ports[HeldPorts.PortOf(back)] = true;
    }

    /// <summary>A port of a block is in use.</summary>
    public bool IsUsed(DeviceRef router, IpAddress address, int block)
    {
        if (!_used.TryGetValue((router, address), out var ports))
            return false;
        var first = block * PortBlocks.Size;
        for (var port = first; port < first + PortBlocks.Size; port++)
        {
            if (ports[port])
                return true;
        }
        return false;
    }

    /// <summary>How many ports of an address are in use within some ranges, as if each thread used as many as the one that uses most.</summary>
    /// <param name="router">The router.</param>
    /// <param name="address">The address.</param>
    /// <param name="ranges">The ranges.</param>
    /// <param name="parts">How many threads share them.</param>
    public int Count(DeviceRef router, IpAddress address, ReadOnlySpan<PortRange> ranges, int parts)
    {
        if (!_used.TryGetValue((router, address), out var ports))
            return 0;
        var counts = new int[parts];
        foreach (var range in ranges)
        {
            for (int port = range.First; port <= range.Last; port++)
                counts[port / PortShare.RunLength % parts] += ports[port] ? 1 : 0;
        }
        return counts.Max() * parts;
    }
}
