using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Translates addresses at a router (RFC 3022, section 2): destinations as packets come in, sources as they leave.</summary>
/// <remarks>
/// <para>
/// A connection at a router is two keys as for rules: the packet as the router receives it, and its answer as the router will. What differs between
/// them is the translation, of source, destination or both; so one lookup tells all of it, in either direction.
/// </para>
/// <para>
/// It is made only where it may find something: the packet is for an address outside, comes from one that destinations are translated to,
/// or leaves by a port where sources are translated. All others are observed no further than the bits that tell so.
/// </para>
/// <para>This file: sources, as packets leave. NatStep.Inward: destinations. NatStep.Stateless: addresses and prefixes that stand for each other. NatStep.Balance: destinations that balancers choose. NatStep.Errors: ICMP errors. NatStep.Filter: who may come in unasked. NatStep.Echo: echoes that need their identifiers. NatStep.Fixed: what deterministic rules give. NatStep.Nat64: IPv6 to IPv4 and back.</para>
/// </remarks>
internal static partial class NatStep
{
    /// <summary>Translates the source of a packet that leaves a router; false if the packet has been dropped.</summary>
    public static bool Leave(ref Walk walk, Router router, Port inPort, Port outPort, IpFamily family)
    {
        if (!router.Translates || walk.Nat.IsDone)
            return true;
        if (walk.Nat.Found is { } found)
        {
            Use(ref walk, found);
            return SetSource(ref walk, router, walk.Nat.Other.Destination, walk.Nat.Other.DestinationPort);
        }
        var program = NatProgram.Of(router);
        if (LeaveStateless(ref walk, router, inPort, outPort, program, family) is { } isDone)
            return isDone;
        foreach (var rule in program.Sources)
        {
            if (!IsOutward(walk, program, rule, inPort, outPort) || rule.Outside is { } outside && outside.Family != family)
                continue;
            if (rule.From is { } from && (from.Family != family || !walk.Key.MatchesWide(FlowField.NwSrc, from.Address.Bits, from.Mask)))
                continue;
            if ((rule.Outside ?? OwnOf(ref walk, rule, family)) is { } addresses)
                return Begin(ref walk, router, inPort, rule, addresses);
        }
        return !walk.Nat.IsRedirected
            || Begin(ref walk, router, inPort, null, NeedsOwn(ref walk, router, outPort, family) ? OwnOf(outPort, family) : null);
    }

    /// <summary>A rule for sources is for packets that leave this way: an inside station that speaks to an address outside must see the answer come from there (RFC 4787, REQ-9).</summary>
    private static bool IsOutward(in Walk walk, NatProgram program, NatRule rule, Port inPort, Port outPort) =>
        rule.Port == outPort.Id || walk.Nat.IsInward && rule.Port != inPort.Id && !program.LeadsOutside(inPort.Id);

    /// <summary>Begins the translation of a connection, or goes on with one that is known.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="router">The router.</param>
    /// <param name="inPort">Where it came in: its source is told there if nothing is left.</param>
    /// <param name="rule">What translates the source, if something does.</param>
    /// <param name="addresses">The addresses outside, if the source is translated.</param>
    private static bool Begin(ref Walk walk, Router router, Port inPort, NatRule? rule, AddressRange? addresses)
    {
        var role = ConnectionKeys.ReadCurrent(ref walk, router.Ref, out var leaving);
        // A member that speaks to its own balancer may be sent to itself: a packet from and to one address, until its source is translated.
        if (walk.Nat.IsBalanced)
            (role, leaving) = (walk.Nat.Role, ConnectionKeys.Of(walk, walk.Key.Current, router.Ref));
        if (role == ConnectionRole.Error)
            return TakeError(ref walk, router, isOwn: false);
        if (role is ConnectionRole.None or ConnectionRole.Group)
            return DropUnknown(ref walk, router);
        var forward = ConnectionKeys.Of(walk, walk.Received.Key, router.Ref) with { IsTranslated = true };
        walk.Tag(forward.Tag);
        if (!walk.Nat.IsRedirected && walk.Scratch.Connections.TryTranslate(forward, out var found, out var other))
        {
            if (!IsUsedAgain(ref walk, found, role))
            {
                Use(ref walk, found);
                NoteSpokenTo(ref walk, rule, forward, other);
                return SetSource(ref walk, router, other.Destination, other.DestinationPort);
            }
        }
        if (role == ConnectionRole.Part && TryFindOwnEcho(ref walk, forward, out found, out other))
        {
            Use(ref walk, found);
            return SetSource(ref walk, router, other.Destination, null);
        }
        if (!CanBegin(ref walk, router, role))
        {
            walk.Scratch.Unknown ??= forward;
            return DropUnknown(ref walk, router);
        }
        var back = leaving.ReverseAt(router.Ref) with { IsTranslated = true };
        var isStatic = rule is { Kind: NatKind.Static or NatKind.Prefix } || addresses is null;
        var choice = isStatic ? default : ChoiceOf(walk, rule, forward.Source, addresses.GetValueOrDefault());
        if (isStatic)
            back = back with { Destination = addresses?.First ?? back.Destination };
        else if (
            !TranslationPorts.TryChoose(
                walk.Scratch.Connections,
                forward,
                (leaving.Destination, leaving.DestinationPort),
                choice.Addresses,
                choice.Ports,
                out back,
                choice.Station
            )
        )
            return role == ConnectionRole.Any && forward.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6
                ? BeginEcho(ref walk, router, inPort, forward, leaving.Destination, choice)
                : Exhausted(ref walk, router, inPort, choice);
        if (!walk.Scratch.Connections.HasRoom(walk.Ingress))
            return Full(ref walk, router, inPort, DropReason.ConnectionLimit);
        walk.Scratch.Pending.Add(Effect.OpenConnection(forward, back, walk.Ingress, FlagsOf(ref walk)) with { IsFixed = choice.IsFixed });
        NoteSpokenTo(ref walk, rule, forward, back);
        if (walk.IsTraced && rule is not null)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.Chooses(rule, back, choice.IsFixed ? choice.Ports : null));
        return SetSource(ref walk, router, back.Destination, back.DestinationPort);
    }

    /// <summary>The packet may begin a translation; that it does is told by flags which those behind it lack.</summary>
    private static bool CanBegin(ref Walk walk, Router router, ConnectionRole role)
    {
        if (role is ConnectionRole.Answer or ConnectionRole.Part)
            return false;
        if (role != ConnectionRole.Segment)
            return true;
        walk.AreFlagsSeen = true;
        if (walk.Scratch.IsRecalling || ConnectionLife.Begins(FlagsOf(ref walk)))
            return true;
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.BeginsNothing());
        return false;
    }

    /// <summary>A known connection has ended, and the packet begins another between the same ends.</summary>
    private static bool IsUsedAgain(ref Walk walk, in ConnectionFound found, ConnectionRole role)
    {
        var isClosed = found.Phase == ConnectionPhase.Closed;
        if (role != ConnectionRole.Segment || !isClosed && !ConnectionLife.MayClose(FlagsOf(ref walk)))
            return false;
        // As for rules: those behind a packet that closes the connection find it closed.
        walk.Key.Observe(FlowField.TcpFlags, (ulong)ConnectionLife.Kept);
        return isClosed && ConnectionLife.Begins(FlagsOf(ref walk)) && found.Direction == FlowDirection.Forward;
    }

    private static void Use(ref Walk walk, in ConnectionFound found) =>
        walk.Scratch.Pending.Add(Effect.SeeConnection(found, FlagsOf(ref walk)));

    /// <summary>Of a station inside that an address outside stands for; observes no more of the source than tells so.</summary>
    private static bool IsStaticInside(ref Walk walk, NatProgram program, IpFamily family)
    {
        var isInside = program.StaticInside.Contains(SourceOf(ref walk, family), out var decisive);
        walk.Key.ObserveWide(FlowField.NwSrc, isInside ? UInt128.MaxValue : IpPrefix.MaskOf(family, decisive));
        return isInside;
    }

    /// <summary>The port's own address of a version: the first that is not link-local.</summary>
    private static AddressRange? OwnOf(ref Walk walk, NatRule rule, IpFamily family) =>
        rule.Port is { } id && PortStep.Find(ref walk, id) is { } port ? OwnOf(port, family) : null;

    private static AddressRange? OwnOf(Port port, IpFamily family) =>
        OutsidePorts.OwnOf(port, family) is { } own ? AddressRange.Only(own) : null;

    private static bool SetSource(ref Walk walk, Router router, IpAddress address, ushort? port)
    {
        var isChanged = Set(ref walk, FlowField.NwSrc, address);
        isChanged |= SetPort(ref walk, FlowField.TpSrc, port);
        if (walk.IsTraced && isChanged)
            walk.Note(TraceStepKind.Rewrite, router.Ref, TraceText.Translates("source", walk.Key.Current.NwSrc, walk.Key.Current.TpSrc));
        return true;
    }

    private static bool Set(ref Walk walk, FlowField field, IpAddress address)
    {
        var isChanged = walk.Key.Current.GetWide(field) != address.Bits;
        if (isChanged)
            walk.Key.WriteWide(field, address.Bits);
        return isChanged;
    }

    private static bool SetPort(ref Walk walk, FlowField field, ushort? port)
    {
        if (port is not { } number)
            return false;
        walk.Key.Read(FlowField.IpProto);
        if (!TranslationPorts.HasPorts(FragmentStep.ProtocolOf(walk, walk.Key.Current)) || walk.Key.Current.Get(field) == number)
            return false;
        // A later fragment has none to be rewritten; its connection has another at the next router.
        if (walk.Fragment.IsPart)
            walk.Key.Presume(field, number);
        else
            walk.Key.Write(field, number);
        return true;
    }

    private static IpAddress SourceOf(ref Walk walk, IpFamily family) => IpAddress.Of(family, walk.Key.Current.GetWide(FlowField.NwSrc));

    private static TcpFlags FlagsOf(ref Walk walk) => (TcpFlags)walk.Key.Original.Get(FlowField.TcpFlags);

    private static bool Drop(ref Walk walk, Router router, DropReason reason)
    {
        walk.Drop(reason, Decider.At(router.Ref));
        return false;
    }

    /// <summary>The packet is of no connection that is translated; a later fragment may be, but nobody can tell.</summary>
    private static bool DropUnknown(ref Walk walk, Router router)
    {
        var isLater = walk.Key.Original.IpFrag == FragmentKind.Later;
        return Drop(ref walk, router, isLater && !walk.Fragment.IsPart ? DropReason.FragmentAlone : DropReason.NatNoConnection);
    }

    /// <summary>Something is used up, and may not be when the next one comes; the source is told (RFC 5508, REQ-8).</summary>
    private static bool Full(ref Walk walk, Router router, Port inPort, DropReason reason)
    {
        walk.IsUncacheable = true;
        IcmpErrors.Send(ref walk, inPort, IcmpError.Prohibited);
        return Drop(ref walk, router, reason);
    }

    /// <summary>No port outside is free, or none is this host's: it wants more. While it waits for its first, the source is not told, and tries again.</summary>
    private static bool Exhausted(ref Walk walk, Router router, Port inPort, in Choice choice)
    {
        if (choice.IsFixed)
            return ExhaustedOwn(ref walk, router, inPort, choice);
        var addresses = choice.Addresses;
        walk.Scratch.Effects.Add(
            Effect.WantPorts(router.Id, TranslationPorts.AddressOf(SourceOf(ref walk, walk.Key.Current.Family), addresses))
        );
        if (TranslationPorts.IsHeld(walk.Scratch.Connections, router.Ref, addresses))
            return Full(ref walk, router, inPort, DropReason.NatExhausted);
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.HoldsNoPorts(addresses));
        walk.IsUncacheable = true;
        return Drop(ref walk, router, DropReason.NatExhausted);
    }
}
