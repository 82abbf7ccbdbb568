namespace Fabric.Connections;

/// <summary>Which ports of each address outside have a mapping, a bit each: a free one is found by looking at words, not by trying ports.</summary>
/// <remarks>
/// Not thread-safe; what <see cref="Of"/> returned may be read while others write, and tells then what was or will be. Takes 8 KiB for each address and protocol
/// that had a mapping, and otherwise allocates nothing.
/// </remarks>
internal sealed class MappedPorts<TAddress>
    where TAddress : unmanaged
{
    private const int Words = (ushort.MaxValue + 1) / 64;

    private readonly Dictionary<(int Zone, TAddress Address, byte Protocol), ulong[]> _ports = [];

    /// <summary>What the bits take, in bytes.</summary>
    public long Bytes => (long)_ports.Count * Words * sizeof(ulong);

    /// <summary>The bits of an address, the lowest port first; empty if none of its ports ever had a mapping.</summary>
    public ReadOnlySpan<ulong> Of(int zone, TAddress address, byte protocol) => _ports.GetValueOrDefault((zone, address, protocol));

    /// <summary>A mapping was entered.</summary>
    /// <param name="protocol">Its IP protocol.</param>
    /// <param name="outside">The direction from nobody to what stands outside.</param>
    public void Add(byte protocol, in ConnectionTuple<TAddress> outside)
    {
        var key = (outside.Zone, outside.Destination, protocol);
        if (!_ports.TryGetValue(key, out var ports))
            _ports.Add(key, ports = new ulong[Words]);
        ports[outside.DestinationPort / 64] |= 1UL << outside.DestinationPort % 64;
    }

    /// <summary>A mapping was taken out.</summary>
    /// <param name="protocol">Its IP protocol.</param>
    /// <param name="outside">The direction from nobody to what stands outside.</param>
    public void Remove(byte protocol, in ConnectionTuple<TAddress> outside) =>
        _ports[(outside.Zone, outside.Destination, protocol)][outside.DestinationPort / 64] &= ~(1UL << outside.DestinationPort % 64);
}
