using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

// Between IPv6 and IPv4 (RFC 6146): a station of IPv6 speaks to an address of the rule's prefix, and what that stands for hears it from one of the rule's addresses.
// Both ends are of one version at any time, so source and destination are translated at once: behind the router's inbound chain, which sees IPv6 in both directions.
internal static partial class NatStep
{
    /// <summary>Takes a packet of IPv6 for an address of a rule's prefix to IPv4 (RFC 6146, section 3.5); false if the packet has been dropped.</summary>
    public static bool CrossOut(ref Walk walk, Router router, Port inPort)
    {
        if (walk.Nat.Crossing is not { Embedding: { } embedding } rule)
            return true;
        var role = ConnectionKeys.ReadCurrent(ref walk, router.Ref, out var forward);
        if (role == ConnectionRole.Error)
            return CrossErrorOut(ref walk, router, inPort);
        var isNobodys = role is ConnectionRole.None or ConnectionRole.Group;
        if (isNobodys && walk.Key.Current.IpFrag == FragmentKind.Later)
            return DropUnknown(ref walk, router);
        if (isNobodys || !IsCarried(forward.Protocol))
            return RefuseProtocol(ref walk, router, inPort);
        if (!embedding.TryExtract(forward.Destination, out var remote))
            return RefuseStateless(ref walk, router, inPort);
        forward = forward with { IsTranslated = true };
        if (forward.Protocol == IpProtocol.Icmpv6)
        {
            walk.IsUncacheable = true;
            if (role != ConnectionRole.Any)
                return DropUnknown(ref walk, router);
            forward = OwnEcho(forward, IdentifierOf(walk));
        }
        walk.Tag(forward.Tag);
        if (
            !TryGoOn(ref walk, rule, role, forward, out var back)
            && !TryBegin(ref walk, router, inPort, rule, role, forward, remote, out back)
        )
            return false;
        if (!CrossStep.Take(ref walk, router, inPort, EndsOf(back), default))
            return false;
        walk.Nat = new NatStanding { IsDone = true };

        // A station of IPv6 that speaks to another by what that is called in IPv4 (RFC 6146, section 3.8).
        return NatProgram.Of(router).CrossingOf(remote) is not { } other || CrossIn(ref walk, router, inPort, other, role);
    }

    /// <summary>Takes a packet of IPv4 for an address of a rule to IPv6; false if the packet has been dropped.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="router">The router.</param>
    /// <param name="inPort">Where the packet came in.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="known">What the packet can be to a connection, if it has just been taken to IPv4: then it may be from and to one address.</param>
    private static bool CrossIn(ref Walk walk, Router router, Port inPort, NatRule rule, ConnectionRole known = ConnectionRole.None)
    {
        var role = ConnectionKeys.ReadCurrent(ref walk, router.Ref, out var key);
        if (known != ConnectionRole.None)
            (role, key) = (known, ConnectionKeys.Of(walk, walk.Key.Current, router.Ref));
        if (role == ConnectionRole.Error)
            return CrossErrorIn(ref walk, router, inPort, rule);
        if (role is ConnectionRole.None or ConnectionRole.Group || !IsCarried(key.Protocol))
            return DropUnknown(ref walk, router);
        key = key with { IsTranslated = true };
        if (key.Protocol == IpProtocol.Icmp)
        {
            walk.IsUncacheable = true;
            if (!ConnectionKeys.IsEchoReply(key))
                return DropUnknown(ref walk, router);
            key = key with { SourcePort = ByIdentifier, DestinationPort = IdentifierOf(walk) };
        }
        walk.Tag(key.Tag);
        if (walk.Scratch.Connections.TryTranslate(key, out var found, out var other) && !IsUsedAgain(ref walk, found, role))
            Use(ref walk, found);
        else
        {
            if (MayAnswer(ref walk, role, key))
                walk.Scratch.Unknown ??= key;
            if (!TryBeginIn(ref walk, router, rule, role, key, out other))
                return DropUnknown(ref walk, router);
        }
        if (!CrossStep.Take(ref walk, router, inPort, EndsOf(other), default))
            return false;
        walk.Nat = new NatStanding { IsDone = true };
        return true;
    }

    private static bool TryGoOn(ref Walk walk, NatRule rule, ConnectionRole role, in ConnectionKey forward, out ConnectionKey back)
    {
        if (!walk.Scratch.Connections.TryTranslate(forward, out var found, out back) || IsUsedAgain(ref walk, found, role))
            return false;
        Use(ref walk, found);
        NoteSpokenTo(ref walk, rule, forward, back);
        return true;
    }

    private static bool TryBegin(
        ref Walk walk,
        Router router,
        Port inPort,
        NatRule rule,
        ConnectionRole role,
        in ConnectionKey forward,
        IpAddress remote,
        out ConnectionKey back
    )
    {
        back = default;
        if (!CanBegin(ref walk, router, role))
        {
            walk.Scratch.Unknown ??= forward;
            return DropUnknown(ref walk, router);
        }
        var connections = walk.Scratch.Connections;
        var addresses = rule.Outside.GetValueOrDefault();
        var choice = new Choice(addresses, rule.Ports ?? OutsidePorts.Usual, null);
        if (forward.Protocol == IpProtocol.Icmpv6)
        {
            var outside = TranslationPorts.AddressOf(forward.Source, addresses);
            back = new ConnectionKey(router.Ref, IpProtocol.Icmp, remote, outside, ByIdentifier, forward.SourcePort, IsTranslated: true);
            if (!TranslationPorts.TryChooseIdentifier(connections, rule.Ports ?? _everyIdentifier, connections.Ports, ref back))
                return Exhausted(ref walk, router, inPort, choice);
        }
        else if (
            !TranslationPorts.TryChoose(connections, forward, (remote, forward.DestinationPort), choice.Addresses, choice.Ports, out back)
        )
            return Exhausted(ref walk, router, inPort, choice);
        if (!connections.HasRoom(walk.Ingress))
            return Full(ref walk, router, inPort, DropReason.ConnectionLimit);
        walk.Scratch.Pending.Add(Effect.OpenConnection(forward, back, walk.Ingress, FlagsOf(ref walk)));
        NoteSpokenTo(ref walk, rule, forward, back);
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.Chooses(rule, back));
        return true;
    }

    /// <summary>Begins a connection of somebody of IPv4 to a station whose rule lets it in.</summary>
    private static bool TryBeginIn(
        ref Walk walk,
        Router router,
        NatRule rule,
        ConnectionRole role,
        in ConnectionKey key,
        out ConnectionKey other
    )
    {
        other = default;
        if (rule.Embedding is not { } embedding || !embedding.MayStandFor(key.Source.AsV4))
            return false;
        if (FindOpen(ref walk, NatProgram.Of(router), key, IpFamily.V4) is not { } station || !CanBegin(ref walk, router, role))
            return false;
        if (!walk.Scratch.Connections.HasRoom(walk.Ingress))
            return false;
        other = new ConnectionKey(
            router.Ref,
            key.Protocol,
            station.Source,
            embedding.Embed(key.Source.AsV4),
            station.SourcePort,
            key.SourcePort,
            IsTranslated: true
        );
        walk.Scratch.Pending.Add(Effect.OpenConnection(key, other, walk.Ingress, FlagsOf(ref walk)));
        return true;
    }

    /// <summary>Takes an ICMPv6 error to IPv4 (RFC 6146, section 3.4; RFC 7915, section 5.2): who tells it is called by the address that the station has there.</summary>
    private static bool CrossErrorOut(ref Walk walk, Router router, Port inPort)
    {
        if (!TryFindAbout(ref walk, router, out var other, out var isEcho))
            return false;
        var outer = new TranslatedEnds(other.Destination, other.Source, 0, 0);
        var identifier = other.DestinationPort;
        var inner = new TranslatedEnds(
            other.Source,
            other.Destination,
            isEcho ? identifier : other.SourcePort,
            isEcho ? identifier : other.DestinationPort
        );
        walk.Nat = new NatStanding { IsDone = true };
        if (!CrossStep.Take(ref walk, router, inPort, outer, inner))
            return false;

        // About a packet of another station here, which called this one by an address of IPv4 (RFC 5508, REQ-7).
        return NatProgram.Of(router).CrossingOf(outer.Destination) is not { } rule || CrossErrorIn(ref walk, router, inPort, rule);
    }

    /// <summary>Takes an ICMP error to IPv6: who tells it is called by its address in the rule's prefix.</summary>
    private static bool CrossErrorIn(ref Walk walk, Router router, Port inPort, NatRule rule)
    {
        var teller = SourceOf(ref walk, IpFamily.V4).AsV4;
        if (!TryFindAbout(ref walk, router, out var other, out _))
            return false;
        if (rule.Embedding is not { } embedding || !embedding.MayStandFor(teller))
            return CrossStep.Refuse(ref walk, router);
        var outer = new TranslatedEnds(embedding.Embed(teller), other.Source, 0, 0);
        var inner = new TranslatedEnds(other.Source, other.Destination, other.SourcePort, other.DestinationPort);
        walk.Nat = new NatStanding { IsDone = true };
        return CrossStep.Take(ref walk, router, inPort, outer, inner);
    }

    /// <summary>Finds the connection that an ICMP error is about, in the direction of the packet inside in the other version; drops an error about none.</summary>
    private static bool TryFindAbout(ref Walk walk, Router router, out ConnectionKey other, out bool isEcho)
    {
        (other, isEcho) = (default, false);
        walk.IsUncacheable = true;
        // The checksum is made anew: what was damaged would be taken for whole (RFC 5508, REQ-3).
        if (IsDamaged(walk))
            return Drop(ref walk, router, DropReason.Malformed);
        if (
            !RuleInnerPacket.TryFindInner(walk.Packet, out var bytes)
            || !ConnectionKeys.TryReadCrossed(bytes, walk.Key.Current.Family, router.Ref, out var key)
        )
            return Drop(ref walk, router, DropReason.NatNoConnection);
        isEcho = key.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;
        walk.Tag(key.Tag);
        return walk.Scratch.Connections.TryTranslate(key, out _, out other) || Drop(ref walk, router, DropReason.NatNoConnection);
    }

    /// <summary>What is neither TCP, UDP nor an echo is not translated, and its source is told (RFC 6146, section 3.4).</summary>
    private static bool RefuseProtocol(ref Walk walk, Router router, Port inPort)
    {
        IcmpErrors.Send(ref walk, inPort, IcmpError.PortUnreachable, walk.Key.Current.NwDst);
        return CrossStep.Refuse(ref walk, router);
    }

    private static bool IsCarried(byte protocol) => TranslationPorts.HasPorts(protocol) || protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;

    /// <summary>The ends of a packet that goes where an answer of a direction would come from. Of an echo the station's port is the identifier, and both ends have it.</summary>
    private static TranslatedEnds EndsOf(in ConnectionKey answer)
    {
        var (source, destination) = (answer.DestinationPort, answer.SourcePort);
        if (answer.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6)
            source = destination = source == ByIdentifier ? destination : source;
        return new TranslatedEnds(answer.Destination, answer.Source, source, destination);
    }

    /// <summary>The echo's identifier; 0 where there are no bytes that tell it, when a described packet is traced.</summary>
    private static ushort IdentifierOf(in Walk walk) => TryReadIdentifier(walk, out var identifier) ? identifier : (ushort)0;
}
