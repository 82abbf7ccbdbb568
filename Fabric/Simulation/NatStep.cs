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
/// <para>This file: sources, as packets leave. NatStep.Inward: destinations. NatStep.Errors: ICMP errors. NatStep.Echo: echoes that need their identifiers.</para>
/// </remarks>
internal static partial class NatStep
{
    /// <summary>Translates the source of a packet that leaves a router; false if the packet has been dropped.</summary>
    public static bool Leave(ref Walk walk, Router router, Port inPort, Port outPort, IpFamily family)
    {
        if (router.Nat.IsEmpty || walk.Nat.IsDone)
            return true;
        if (walk.Nat.Found is { } found)
        {
            Use(ref walk, found);
            return SetSource(ref walk, router, walk.Nat.Other.Destination, walk.Nat.Other.DestinationPort);
        }
        var program = NatProgram.Of(router);
        // An inside station that speaks to an address outside must see the answer come from there (RFC 4787, REQ-9).
        bool IsOutward(in Walk walk, NatRule rule) => rule.Port == outPort.Id || walk.Nat.IsInward && rule.Port != inPort.Id;
        if (IsStaticInside(ref walk, program, family) && program.StaticFor(SourceOf(ref walk, family)) is { } one && IsOutward(walk, one))
        {
            if (walk.Nat.IsRedirected)
                return Begin(ref walk, router, one, one.Outside!.Value);
            SetSource(ref walk, router, one.Outside!.Value.First, null);
            return true;
        }
        foreach (var rule in program.Sources)
        {
            if (!IsOutward(walk, rule) || rule.Outside is { } outside && outside.Family != family)
                continue;
            if (rule.From is { } from && (from.Family != family || !walk.Key.MatchesWide(FlowField.NwSrc, from.Address.Bits, from.Mask)))
                continue;
            if ((rule.Outside ?? OwnOf(ref walk, rule, family)) is { } addresses)
                return Begin(ref walk, router, rule, addresses);
        }
        return !walk.Nat.IsRedirected || Begin(ref walk, router, null, null);
    }

    /// <summary>Begins the translation of a connection, or goes on with one that is known.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="router">The router.</param>
    /// <param name="rule">What translates the source, if something does.</param>
    /// <param name="addresses">The addresses outside, if the source is translated.</param>
    private static bool Begin(ref Walk walk, Router router, NatRule? rule, AddressRange? addresses)
    {
        var role = ConnectionKeys.ReadCurrent(walk.Key, router.Ref, out var leaving);
        if (role == ConnectionRole.Error)
            return TakeError(ref walk, router, isOwn: false);
        if (role is ConnectionRole.None or ConnectionRole.Group)
            return Drop(ref walk, router, DropReason.NatNoConnection);
        var forward = ConnectionKeys.Of(walk.Received.Key, router.Ref) with { IsTranslated = true };
        walk.Tag(forward.Tag);
        if (!walk.Nat.IsRedirected && walk.Scratch.Connections.TryTranslate(forward, out var found, out var other))
        {
            if (!IsUsedAgain(ref walk, found, role))
            {
                Use(ref walk, found);
                return SetSource(ref walk, router, other.Destination, other.DestinationPort);
            }
        }
        if (!CanBegin(ref walk, role))
            return Drop(ref walk, router, DropReason.NatNoConnection);
        var back = leaving.ReverseAt(router.Ref) with { IsTranslated = true };
        var isStatic = rule is null or { Kind: NatKind.Static };
        if (isStatic)
            back = back with { Destination = addresses?.First ?? back.Destination };
        else if (
            !TranslationPorts.TryChoose(
                walk.Scratch.Connections,
                forward,
                (leaving.Destination, leaving.DestinationPort),
                addresses!.Value,
                rule!.Ports ?? new PortRange(NatRule.FirstPort, ushort.MaxValue),
                out back
            )
        )
            return role == ConnectionRole.Any && forward.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6
                ? BeginEcho(ref walk, router, forward, leaving.Destination, addresses.Value)
                : Full(ref walk, router, DropReason.NatExhausted);
        if (!walk.Scratch.Connections.HasRoom(walk.Ingress))
            return Full(ref walk, router, DropReason.ConnectionLimit);
        walk.Scratch.Pending.Add(Effect.OpenConnection(forward, back, walk.Ingress, FlagsOf(ref walk)));
        if (walk.IsTraced && rule is not null)
            walk.Note(TraceStepKind.Lookup, router.Ref, TraceText.Chooses(rule, back));
        return SetSource(ref walk, router, back.Destination, back.DestinationPort);
    }

    /// <summary>The packet may begin a translation; that it does is told by flags which those behind it lack.</summary>
    private static bool CanBegin(ref Walk walk, ConnectionRole role)
    {
        if (role == ConnectionRole.Answer)
            return false;
        if (role != ConnectionRole.Segment)
            return true;
        walk.AreFlagsSeen = true;
        return walk.Scratch.IsRecalling || ConnectionLife.Begins(FlagsOf(ref walk));
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
    private static AddressRange? OwnOf(ref Walk walk, NatRule rule, IpFamily family)
    {
        if (rule.Port is not { } id || PortStep.Find(ref walk, id) is not { } port)
            return null;
        foreach (var own in port.Addresses)
        {
            if (own.Address.Family == family && !own.Address.IsLinkLocal)
                return AddressRange.Only(own.Address);
        }
        return null;
    }

    private static bool SetSource(ref Walk walk, Router router, IpAddress address, ushort? port)
    {
        var isChanged = Set(ref walk, FlowField.NwSrc, address);
        if (port is { } number && TranslationPorts.HasPorts((byte)walk.Key.Read(FlowField.IpProto)))
            isChanged |= Set(ref walk, FlowField.TpSrc, number);
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

    private static bool Set(ref Walk walk, FlowField field, ushort port)
    {
        var isChanged = walk.Key.Current.Get(field) != port;
        if (isChanged)
            walk.Key.Write(field, port);
        return isChanged;
    }

    private static IpAddress SourceOf(ref Walk walk, IpFamily family) => IpAddress.Of(family, walk.Key.Current.GetWide(FlowField.NwSrc));

    private static TcpFlags FlagsOf(ref Walk walk) => (TcpFlags)walk.Key.Original.Get(FlowField.TcpFlags);

    private static bool Drop(ref Walk walk, Router router, DropReason reason)
    {
        walk.Drop(reason, Decider.At(router.Ref));
        return false;
    }

    /// <summary>Something is used up, and may not be when the next one comes.</summary>
    private static bool Full(ref Walk walk, Router router, DropReason reason)
    {
        walk.IsUncacheable = true;
        return Drop(ref walk, router, reason);
    }
}
