using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Simulation;

internal static partial class NatStep
{
    private const ushort ByIdentifier = TranslationPorts.ByIdentifier;
    private static readonly PortRange _everyIdentifier = new(0, ushort.MaxValue);

    /// <summary>In place of both ports, in the key that tells that there are such echoes between two addresses.</summary>
    private const ushort AnyByIdentifier = 0xfffe;

    /// <summary>Translates an echo request to a station that another one pings under the same address: by its identifier (RFC 5508, REQ-1).</summary>
    /// <remarks>
    /// The first that pings a station has the two addresses for itself, and its echoes are forwarded by a flow; flow keys do not tell identifiers. Those of
    /// others come here one by one, and so do the replies from then on, which are the first one's if no other has their identifier.
    /// </remarks>
    private static bool BeginEcho(ref Walk walk, Router router, Port inPort, in ConnectionKey forward, IpAddress remote, in Choice choice)
    {
        walk.IsUncacheable = true;
        if (!TryReadIdentifier(walk, out var identifier))
            return Full(ref walk, router, inPort, DropReason.NatExhausted);
        var connections = walk.Scratch.Connections;
        var outside = TranslationPorts.AddressOf(forward.Source, choice.Addresses);
        var own = OwnEcho(forward, identifier);
        var any = AnyBetween(own with { Source = remote, Destination = outside });
        if (connections.TryTranslate(own, out var found, out var other))
            Use(ref walk, found);
        else
        {
            other = new ConnectionKey(own.Device, own.Protocol, remote, outside, ByIdentifier, identifier, IsTranslated: true);
            var (ports, share) = choice.Station is { } station ? (choice.Ports, station) : (_everyIdentifier, connections.Ports);
            if (!TranslationPorts.TryChooseIdentifier(connections, ports, share, ref other) || !connections.HasRoom(walk.Ingress))
                return Exhausted(ref walk, router, inPort, choice with { Addresses = AddressRange.Only(outside) });
            walk.Scratch.Pending.Add(Effect.OpenConnection(own, other, walk.Ingress, default) with { IsFixed = choice.IsFixed });
        }
        if (connections.TryFind(any, out var shared))
            Use(ref walk, shared);
        else
            walk.Scratch.Pending.Add(Effect.OpenConnection(any, any.ReverseAt(router.Ref), walk.Ingress, default));
        SetIdentifier(ref walk, identifier, other.DestinationPort);
        return SetSource(ref walk, router, other.Destination, null);
    }

    /// <summary>Finds the echo that a later fragment is of, if identifiers tell.</summary>
    private static bool TryFindOwnEcho(ref Walk walk, in ConnectionKey forward, out ConnectionFound found, out ConnectionKey other)
    {
        (found, other) = default((ConnectionFound, ConnectionKey));
        if (forward.Protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6) || !TryReadIdentifier(walk, out var identifier))
            return false;
        if (!walk.Scratch.Connections.TryTranslate(OwnEcho(forward, identifier), out found, out other))
            return false;
        SetIdentifier(ref walk, identifier, other.DestinationPort);
        return true;
    }

    /// <summary>Finds whose echo a reply answers, if identifiers tell; the packet has that one's identifier then.</summary>
    private static bool TryFindEcho(ref Walk walk, in ConnectionKey key, out ConnectionFound found, out ConnectionKey other)
    {
        (found, other) = default((ConnectionFound, ConnectionKey));
        var any = AnyBetween(key);
        walk.Tag(any.Tag);
        if (!walk.Scratch.Connections.TryFind(any, out _))
            return false;
        walk.IsUncacheable = true;
        if (!TryReadIdentifier(walk, out var identifier))
            return false;
        var back = key with { SourcePort = ByIdentifier, DestinationPort = identifier };
        if (!walk.Scratch.Connections.TryTranslate(back, out found, out other))
            return false;
        SetIdentifier(ref walk, identifier, other.SourcePort);
        return true;
    }

    private static ConnectionKey OwnEcho(in ConnectionKey forward, ushort identifier) =>
        forward with
        {
            SourcePort = identifier,
            DestinationPort = ByIdentifier,
        };

    private static ConnectionKey AnyBetween(in ConnectionKey key) =>
        key with
        {
            SourcePort = AnyByIdentifier,
            DestinationPort = AnyByIdentifier,
        };

    /// <summary>The echo's identifier, of a later fragment that of its packet.</summary>
    private static bool TryReadIdentifier(in Walk walk, out ushort identifier)
    {
        identifier = walk.Fragment.Head.Identifier;
        return walk.Fragment.IsPart || RuleInnerPacket.TryReadEchoIdentifier(walk.Packet, out identifier);
    }

    private static void SetIdentifier(ref Walk walk, ushort old, ushort identifier)
    {
        if (old == identifier)
            return;
        if (walk.Fragment.IsPart)
        {
            walk.Fragment.Head = walk.Fragment.Head with { Identifier = identifier };
            return;
        }
        var frame = BytesOf(walk.Scratch, walk.Packet, out var layout);
        PacketEditor.SetEchoIdentifier(frame, layout, identifier);
        walk.Packet = frame;
    }

    /// <summary>A copy of the packet's bytes that may be changed; another router on the way may have begun it.</summary>
    private static Span<byte> BytesOf(SimulationScratch scratch, scoped ReadOnlySpan<byte> packet, out PacketLayout layout)
    {
        var buffer = scratch.Translated;
        if (buffer.Count == 0)
            packet.CopyTo(buffer.Reserve(packet.Length));
        PacketLayout.TryParse(buffer.Writable, out layout);
        return buffer.Writable;
    }
}
