using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Balancing;

/// <summary>The numbers that balancing draws; the same on every machine.</summary>
public static class MemberHash
{
    /// <summary>The number of a member: of its address and port, so that another name or place in the list moves no connection.</summary>
    public static ulong Of(PoolMember member) => Of(member.Address, member.Port ?? 0);

    /// <summary>The number of a client that may have any port.</summary>
    public static ulong Of(IpAddress address, ulong ports) =>
        Mix(Mix(Mix((ulong)address.Family, (ulong)(address.Bits >> 64)), (ulong)address.Bits), ports);

    /// <summary>The number of a connection.</summary>
    public static ulong Of(in ConnectionKey packet) =>
        Mix(Of(packet.Source, (ulong)packet.SourcePort << 16 | packet.DestinationPort), Of(packet.Destination, packet.Protocol));

    /// <summary>Every bit of both goes into every bit of the result: the finalizer of SplitMix64 (Steele, Lea, Flood, 2014).</summary>
    public static ulong Mix(ulong hash, ulong value)
    {
        var z = hash + 0x9e37_79b9_7f4a_7c15 ^ value * 0xd6e8_feb8_6659_fd93;
        z = (z ^ z >> 30) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ z >> 27) * 0x94d0_49bb_1331_11eb;
        return z ^ z >> 31;
    }
}
