using System.Diagnostics;
using System.Numerics;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>Chooses the address and port outside that stand for those of a station inside.</summary>
/// <remarks>
/// A function of what the tables hold and nothing else: asked again before anything was remembered, it chooses the same. A station has the same address
/// for all its ports (RFC 4787, REQ-2), and from one port the same port for whomever it speaks to (REQ-1). Its own port is kept where it is free;
/// else the nearest that is, odd for odd and even for even as long as there are such (REQ-4), from a place that depends on the station, so that few collide. Of a station's two ports 2n and
/// 2n + 1 the one that comes later is given the neighbor of what the other has, if that is free: RTP and RTCP expect it (RFC 4787, section 4.2.3).
/// Only ports are given that are this host's, see <see cref="PortShare"/>.
/// </remarks>
public static class TranslationPorts
{
    /// <summary>Ports without mapping, or identifiers, that are tried at most for one connection, of each address; those with one are passed over and do not count.</summary>
    public const int MaxTries = 4096;

    private const int MaxRanges = 64;

    /// <summary>Protocols whose ports are translated; of others addresses alone.</summary>
    public static bool HasPorts(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp;

    /// <summary>In place of the other port, in keys of echoes that are told apart by their identifiers.</summary>
    public const ushort ByIdentifier = ConnectionKey.ByIdentifier;

    /// <summary>A direction is of echoes that are told apart by their identifiers; its destination's port is one.</summary>
    public static bool IsByIdentifier(in ConnectionKey back) =>
        back.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 && back.SourcePort == ByIdentifier;

    /// <summary>The address outside that a station has before others.</summary>
    public static IpAddress AddressOf(IpAddress station, AddressRange addresses) =>
        IpAddress.Of(addresses.Family, addresses.First.Bits + Hash(station) % CountOf(addresses));

    /// <summary>The direction from nobody to what stands outside, by which its mapping is found.</summary>
    public static ConnectionKey MappingOf(in ConnectionKey back) => back with { Source = Nobody(back), SourcePort = 0 };

    /// <summary>Chooses; false if nothing is free.</summary>
    /// <param name="connections">What is taken.</param>
    /// <param name="forward">The packet as the router received it.</param>
    /// <param name="destination">Where it goes, which may be translated already.</param>
    /// <param name="addresses">The addresses outside; of the destination's version.</param>
    /// <param name="ports">The ports outside.</param>
    /// <param name="back">The direction of the answers.</param>
    /// <param name="station">Addresses and ports are the station's own by a deterministic rule; null if they are not.</param>
    public static bool TryChoose(
        IConnections connections,
        in ConnectionKey forward,
        (IpAddress Address, ushort Port) destination,
        AddressRange addresses,
        PortRange ports,
        out ConnectionKey back,
        PortShare? station = null
    )
    {
        var share = station ?? connections.Ports;
        back = forward with
        {
            Protocol = ProtocolIn(forward, destination.Address),
            Source = destination.Address,
            SourcePort = destination.Port,
        };
        ConnectionKey known = default;
        var isMapped = HasPorts(forward.Protocol) && TryFindMapping(connections, forward, addresses, out known);
        // One that was there before its rule became deterministic tells nobody whose it is.
        if (isMapped && (!share.IsFixed || IsWithin(known.DestinationPort, ports)))
        {
            back = back with { Destination = known.Destination, DestinationPort = known.DestinationPort };
            if (!connections.TryFind(back, out _))
                return true;
            // Two destinations outside are one inside: of its port alone the answers could not be told apart.
        }
        var count = CountOf(addresses);
        var first = Hash(forward.Source) % count;
        for (uint i = 0; i < count; i++)
        {
            var address = IpAddress.Of(addresses.Family, addresses.First.Bits + (first + i) % count);
            back = back with { Destination = address, DestinationPort = forward.SourcePort };
            if (
                HasPorts(forward.Protocol)
                    ? TryChoosePort(connections, forward, ports, share, ref back)
                    : IsFreeWhole(connections, share, back)
            )
                return true;
        }
        return false;
    }

    /// <summary>Chooses the identifier outside of an echo, its own if that is free.</summary>
    /// <param name="connections">What is taken.</param>
    /// <param name="ports">The identifiers outside.</param>
    /// <param name="share">Whose they are.</param>
    /// <param name="back">The direction of the replies, which has the station's own identifier as destination port; it gets the one outside.</param>
    public static bool TryChooseIdentifier(IConnections connections, PortRange ports, PortShare share, ref ConnectionKey back)
    {
        var own = back.DestinationPort;
        var all = share.Of(back.Device, back.Destination);
        Span<PortRange> held = all.Length <= MaxRanges ? stackalloc PortRange[all.Length] : new PortRange[all.Length];
        held = held[..Clip(all, ports, held)];
        var size = CountOf(held);
        for (var i = -1; i < Math.Min(size, MaxTries); i++)
        {
            var identifier = i < 0 ? own : PortAt(held, (own + i) % size);
            back = back with { DestinationPort = (ushort)identifier };
            if ((i >= 0 || Contains(held, identifier)) && !connections.TryFind(back, out _))
                return true;
        }
        return false;
    }

    /// <summary>Something of an address is this host's to give.</summary>
    public static bool IsHeld(IConnections connections, DeviceRef router, AddressRange addresses)
    {
        var share = connections.Ports;
        for (uint i = 0; i < CountOf(addresses); i++)
        {
            if (!share.Of(router, IpAddress.Of(addresses.Family, addresses.First.Bits + i)).IsEmpty)
                return true;
        }
        return false;
    }

    /// <summary>The mapping of a station's port, as the direction from nobody to what stands for it.</summary>
    private static bool TryFindMapping(
        IConnections connections,
        in ConnectionKey forward,
        AddressRange addresses,
        out ConnectionKey outside
    )
    {
        var inside = forward with { Destination = Nobody(forward), DestinationPort = 0 };
        return connections.TryTranslate(inside, out _, out outside) && addresses.Contains(outside.Destination);
    }

    private static bool TryChoosePort(
        IConnections connections,
        in ConnectionKey forward,
        PortRange ports,
        PortShare share,
        ref ConnectionKey back
    )
    {
        var held = share.Of(forward.Device, back.Destination);
        Span<PortRange> own = held.Length <= MaxRanges ? stackalloc PortRange[held.Length] : new PortRange[held.Length];
        own = own[..Clip(held, ports, own)];
        if (NeighborOf(connections, forward, back.Destination) is { } neighbor && IsFree(connections, neighbor, own, share, ref back))
            return true;
        if (IsFree(connections, forward.SourcePort, own, share, ref back))
            return true;
        var size = CountOf(own);
        if (size == 0)
            return false;
        // Blocks begin and end at even places, so that places tell the parity. Linux connects from ports of one parity alone: the other is better than none.
        var near = (int)(Hash(forward.Source) % (uint)size) & ~1;
        var same = near | (forward.SourcePort ^ own[0].First) & 1;
        return TryTakeFrom(connections, own, same, share, ref back) || TryTakeFrom(connections, own, same ^ 1, share, ref back);
    }

    /// <summary>Takes the first free port of a place's parity from there on, around all ranges once.</summary>
    private static bool TryTakeFrom(
        IConnections connections,
        ReadOnlySpan<PortRange> own,
        int place,
        PortShare share,
        ref ConnectionKey back
    )
    {
        if (!PortSearch.TryGo(own, place, out var start) && !PortSearch.TryGo(own, place & 1, out start))
            return false;
        var mapped = connections.MappedPorts(back);
        var tries = 0;
        for (var i = 0; i <= own.Length; i++)
        {
            var range = own[(start.Range + i) % own.Length];
            var from = i == 0 ? start.Port : range.First + ((range.First ^ start.Port) & 1);
            var last = i == own.Length ? start.Port - 1 : range.Last;
            while (from <= last && (from = PortSearch.Next(mapped, share, from, last)) >= 0)
            {
                if (IsFree(connections, (ushort)from, ref back))
                    return true;
                if (++tries == MaxTries)
                    return false;
                from += 2;
            }
        }
        return false;
    }

    /// <summary>The port beside the one outside that the station's port of the same pair has.</summary>
    private static ushort? NeighborOf(IConnections connections, in ConnectionKey forward, IpAddress address)
    {
        var pair = forward with { SourcePort = (ushort)(forward.SourcePort ^ 1), Destination = Nobody(forward), DestinationPort = 0 };
        return connections.TryTranslate(pair, out _, out var outside) && outside.Destination == address
            ? (ushort)(outside.DestinationPort ^ 1)
            : null;
    }

    private static bool IsFree(
        IConnections connections,
        ushort port,
        ReadOnlySpan<PortRange> own,
        PortShare share,
        ref ConnectionKey back
    ) => share.Contains(port) && Contains(own, port) && IsFree(connections, port, ref back);

    private static bool IsFree(IConnections connections, ushort port, ref ConnectionKey back)
    {
        back = back with { DestinationPort = port };
        return !connections.TryFind(MappingOf(back), out _) && !connections.TryFind(back, out _);
    }

    private static bool IsFreeWhole(IConnections connections, PortShare share, in ConnectionKey back) =>
        share.HasWhole(back.Device, back.Destination) && !connections.TryFind(back, out _);

    private static bool IsWithin(int port, PortRange ports) => port >= ports.First && port <= ports.Last;

    private static bool Contains(ReadOnlySpan<PortRange> ranges, int port)
    {
        foreach (var range in ranges)
        {
            if (IsWithin(port, range))
                return true;
        }
        return false;
    }

    /// <summary>What of some ranges is within another; how many remain.</summary>
    private static int Clip(ReadOnlySpan<PortRange> ranges, PortRange ports, Span<PortRange> clipped)
    {
        var count = 0;
        foreach (var range in ranges)
        {
            var within = new PortRange(Math.Max(range.First, ports.First), Math.Min(range.Last, ports.Last));
            if (within.First <= within.Last)
                clipped[count++] = within;
        }
        return count;
    }

    private static int CountOf(ReadOnlySpan<PortRange> ranges)
    {
        var count = 0;
        foreach (var range in ranges)
            count += range.Last - range.First + 1;
        return count;
    }

    /// <summary>The port at a place, counted through ranges.</summary>
    private static int PortAt(ReadOnlySpan<PortRange> ranges, int place)
    {
        foreach (var range in ranges)
        {
            var size = range.Last - range.First + 1;
            if (place < size)
                return range.First + place;
            place -= size;
        }
        throw new UnreachableException();
    }

    /// <summary>The protocol of answers that come from an address: that of ICMP has another number where the answers are of the other IP version.</summary>
    private static byte ProtocolIn(in ConnectionKey forward, IpAddress other) =>
        forward.Source.Family == other.Family ? forward.Protocol : TransportTranslation.ProtocolOf(forward.Protocol);

    private static IpAddress Nobody(in ConnectionKey key) => IpAddress.Of(key.Source.Family, 0);

    private static uint CountOf(AddressRange addresses) => (uint)UInt128.Min(addresses.Count, 1024);

    private static uint Hash(IpAddress address)
    {
        var mixed = ((ulong)address.Bits ^ BitOperations.RotateLeft((ulong)(address.Bits >> 64), 32)) * 0xff51_afd7_ed55_8ccd;
        return (uint)(mixed >> 32);
    }
}
