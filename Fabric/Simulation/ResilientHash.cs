using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Shares connections among equal routes by weighted rendezvous hashing (Thaler and Ravishankar, 1998).</summary>
/// <remarks>
/// Each next hop has a number for each connection, drawn from both, and the lowest wins; so a next hop that comes or goes moves
/// its own share and nothing else. The number is -log2(u) / weight for a uniform u, an exponential variable of that rate, by which the
/// shares are as the weights. Integers only: every node and every machine chooses alike.
/// </remarks>
public static class ResilientHash
{
    /// <summary>The number of the connection that a packet belongs to; observes what it is made of.</summary>
    /// <remarks>
    /// Addresses and protocol, and for whole TCP and UDP packets the ports. Only the first fragment would have ports, and all
    /// fragments must take one way. The ports of SCTP are none of the fields that a flow key has.
    /// </remarks>
    internal static ulong OfConnection(ref Walk walk)
    {
        var key = walk.Key;
        var protocol = key.Read(FlowField.IpProto);
        var hasPorts = protocol is IpProtocol.Tcp or IpProtocol.Udp && key.Read(FlowField.IpFrag) == (ulong)FragmentKind.None;
        var ports = hasPorts ? key.Read(FlowField.TpSrc) << 16 | key.Read(FlowField.TpDst) : 0;
        return Of(protocol, key.ReadWide(FlowField.NwSrc), key.ReadWide(FlowField.NwDst), ports);
    }

    /// <summary>The number of a connection.</summary>
    public static ulong Of(ulong protocol, UInt128 source, UInt128 destination, ulong ports) =>
        Mix(Mix(Mix(Mix(0, protocol), source), destination), ports);

    /// <summary>What a route costs a connection; to be compared by <see cref="Cost.IsLess"/>.</summary>
    /// <remarks>Drawn from the route's next hop, not its name: two routes to one next hop are one choice, of the greater weight.</remarks>
    public static Cost CostOf(ulong connection, Route route)
    {
        var hop = Mix(route.Port?.Value ?? 0, (ulong)route.Kind);
        if (route.Gateway is { } gateway)
            hop = Mix(hop, gateway.Bits);
        // 1..2^63, so that the number below is 0..63.
        var drawn = (Mix(connection, hop) >> 1) + 1;
        return new Cost((63UL << FixedLog2.FractionBits) - FixedLog2.Of(drawn), (uint)route.Weight);
    }

    /// <summary>A cost is a fraction: at most 38 bits over 16.</summary>
    /// <param name="Drawn">The number drawn, 0..63 with 32 bits behind the point.</param>
    /// <param name="Weight">The weight that divides it.</param>
    public readonly record struct Cost(ulong Drawn, uint Weight)
    {
        /// <summary>This cost is the lower one; compared crosswise, without dividing.</summary>
        public bool IsLess(Cost other) => Drawn * other.Weight < other.Drawn * Weight;
    }

    private static ulong Mix(ulong hash, UInt128 value) => Mix(Mix(hash, (ulong)(value >> 64)), (ulong)value);

    /// <summary>Every bit of both goes into every bit of the result: the finalizer of SplitMix64 (Steele, Lea, Flood, 2014).</summary>
    private static ulong Mix(ulong hash, ulong value)
    {
        var z = hash + 0x9e37_79b9_7f4a_7c15 ^ value * 0xd6e8_feb8_6659_fd93;
        z = (z ^ z >> 30) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ z >> 27) * 0x94d0_49bb_1331_11eb;
        return z ^ z >> 31;
    }
}
