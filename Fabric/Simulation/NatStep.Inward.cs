using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

internal static partial class NatStep
{
    /// <summary>Translates the destination of a packet that has come to a router; false if the packet has been dropped.</summary>
    public static bool Enter(ref Walk walk, Router router, Port inPort, IpFamily family)
    {
        walk.Nat = default;
        if (!router.Translates)
            return true;
        var program = NatProgram.Of(router);
        walk.Nat.IsInward = IsIn(ref walk, program.Outside, FlowField.NwDst, family);
        var isOwn = !walk.Nat.IsInward && IsOwn(ref walk, program, family);
        walk.Nat.IsInward |= isOwn;
        if (!walk.Nat.IsInward && !IsIn(ref walk, program.Targets, FlowField.NwSrc, family))
            return true;
        if (walk.Nat.IsInward)
            walk.Key.ObserveWide(FlowField.NwDst, UInt128.MaxValue);
        if (walk.Nat.IsInward && program.CrossingOf(DestinationOf(ref walk, family)) is { } crossing)
            return family == IpFamily.V6 ? ComesToCross(ref walk, crossing) : CrossIn(ref walk, router, inPort, crossing);
        if (walk.Nat.IsInward && EnterStateless(ref walk, router, inPort, program, family) is { } isDone)
            return isDone;
        var role = ConnectionKeys.ReadCurrent(ref walk, router.Ref, out var key);
        if (role == ConnectionRole.Error)
            return TakeError(ref walk, router, isOwn);
        if (role is ConnectionRole.None or ConnectionRole.Group)
            return !walk.Nat.IsInward || isOwn || DropUnknown(ref walk, router);
        key = key with { IsTranslated = true };
        walk.Tag(key.Tag);
        var isKnown =
            ConnectionKeys.IsEchoReply(key) && TryFindEcho(ref walk, key, out var found, out var other)
            || walk.Scratch.Connections.TryTranslate(key, out found, out other);
        var balancer = walk.Nat.IsInward ? program.BalancerOf(key) : null;
        if (isKnown && !IsUsedAgain(ref walk, found, role))
        {
            if (balancer is not null && found.Direction == FlowDirection.Forward)
                return GoOn(ref walk, router, inPort, program, balancer, key, role, found, other);
            (walk.Nat.Found, walk.Nat.Other) = (found, other);
            return SetDestination(ref walk, router, other.Source, other.SourcePort);
        }
        if (!walk.Nat.IsInward)
            return true;
        if (MayAnswer(ref walk, role, key))
            walk.Scratch.Unknown ??= key;
        if (balancer is not null)
            return Balance(ref walk, router, inPort, program, balancer, key, role);
        if (program.DestinationOf(key) is { } rule)
            return Redirect(ref walk, router, rule, key, role);
        if (FindOpen(ref walk, program, key, family) is { } station)
        {
            walk.Nat.IsRedirected = true;
            return CanBegin(ref walk, router, role) && SetDestination(ref walk, router, station.Source, station.SourcePort)
                || Drop(ref walk, router, DropReason.NatNoConnection);
        }
        var isUnasked = isOwn && role == ConnectionRole.Segment && IsOfStations(ref walk, program, key) && CanBegin(ref walk, router, role);
        return isOwn && !isUnasked || Drop(ref walk, router, DropReason.NatNoConnection);
    }

    /// <summary>The port may be a station's by a rule that translates to the port's own address: a station may be about to speak from there too, so nobody answers in its place (RFC 5382, REQ-4).</summary>
    private static bool IsOfStations(ref Walk walk, NatProgram program, in ConnectionKey key)
    {
        foreach (var rule in program.Sources)
        {
            var ports = rule.Ports ?? OutsidePorts.Usual;
            var isGiven = key.DestinationPort >= ports.First && key.DestinationPort <= ports.Last;
            if (
                rule.Outside is null
                && isGiven
                && OwnOf(ref walk, rule, key.Destination.Family) is { } own
                && own.Contains(key.Destination)
            )
                return true;
        }
        return false;
    }

    /// <summary>A packet is for an address that stands for one of IPv4: it goes there behind the router's inbound chain, if its source is one of the rule's.</summary>
    private static bool ComesToCross(ref Walk walk, NatRule rule)
    {
        walk.Nat.IsInward = false;
        if (rule.From is not { } from || walk.Key.MatchesWide(FlowField.NwSrc, from.Address.Bits, from.Mask))
            walk.Nat.Crossing = rule;
        return true;
    }

    /// <summary>An address outside that the router answers for at a port: of a rule, and of a subnet of the port.</summary>
    public static bool Answers(Router router, Port port, IpAddress address) =>
        router.Translates && NatProgram.Of(router).Outside.Contains(address, out _) && PortAddressing.IsOnLink(port, address);

    /// <summary>The packet may be an answer to one that was translated elsewhere: it does not itself begin a conversation.</summary>
    private static bool MayAnswer(ref Walk walk, ConnectionRole role, in ConnectionKey key) =>
        role switch
        {
            ConnectionRole.Segment => !ConnectionLife.Begins(FlagsOf(ref walk)),
            ConnectionRole.Any => key.Protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6),
            _ => true,
        };

    private static bool Redirect(ref Walk walk, Router router, NatRule rule, in ConnectionKey key, ConnectionRole role)
    {
        if (!CanBegin(ref walk, router, role))
            return Drop(ref walk, router, DropReason.NatNoConnection);
        walk.Nat.IsRedirected = true;
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.Redirects(rule));
        ushort? port =
            rule.InsidePort is { } inside && rule.Ports is { } ports ? (ushort)(inside + key.DestinationPort - ports.First) : null;
        return SetDestination(ref walk, router, rule.Inside!.Value, port);
    }

    /// <summary>The packet's address is in an index; observes the bits that tell so.</summary>
    private static bool IsIn(ref Walk walk, AddressSetIndex index, FlowField field, IpFamily family)
    {
        var isIn = index.Contains(IpAddress.Of(family, walk.Key.Current.GetWide(field)), out var decisive);
        walk.Key.ObserveWide(field, IpPrefix.MaskOf(family, decisive));
        return isIn;
    }

    /// <summary>The packet is for the own address of a port that sources are translated to.</summary>
    private static bool IsOwn(ref Walk walk, NatProgram program, IpFamily family)
    {
        foreach (var rule in program.Sources)
        {
            if (rule.Outside is not null || OwnOf(ref walk, rule, family) is not { } own)
                continue;
            if (walk.Key.MatchesWide(FlowField.NwDst, own.First.Bits, IpPrefix.MaskOf(family, own.First.Width)))
                return true;
        }
        return false;
    }

    private static bool SetDestination(ref Walk walk, Router router, IpAddress address, ushort? port)
    {
        var isChanged = Set(ref walk, FlowField.NwDst, address);
        isChanged |= SetPort(ref walk, FlowField.TpDst, port);
        if (walk.IsTraced && isChanged)
            walk.Note(
                TraceStepKind.Rewrite,
                router.Ref,
                TraceText.Translates("destination", walk.Key.Current.NwDst, walk.Key.Current.TpDst)
            );
        return true;
    }

    private static IpAddress DestinationOf(ref Walk walk, IpFamily family) =>
        IpAddress.Of(family, walk.Key.Current.GetWide(FlowField.NwDst));
}
