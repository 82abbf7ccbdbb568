using System.Diagnostics;
using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

/// <summary>Tells what a packet is to its connection, and what to remember of it where it leaves the network.</summary>
/// <remarks>
/// <para>
/// A connection has two directions: as its first packet entered a device, and as the answers will. Both are looked up where packets
/// enter the network, once for each packet, so that all rules on its way get one answer.
/// </para>
/// <para>
/// A flow stands for the packets after the one that made it, when the connection that this one begins is remembered. So the flags that told
/// it was a beginning are in the mask only if nothing is to be remembered: then those after it are judged anew.
/// </para>
/// </remarks>
internal static class ConnectionStep
{
    /// <summary>The packet's state is one of these.</summary>
    public static bool Is(ref Walk walk, ConnectionStates asked)
    {
        Ask(ref walk);
        return (walk.Connection.State & asked) != 0;
    }

    /// <summary>The packet is of the return direction of its connection.</summary>
    public static bool IsReturn(ref Walk walk)
    {
        Ask(ref walk);
        // In the middle of a connection that nobody knows: as good as its beginning, for who asks for directions.
        walk.Connection.CanBegin |= walk.Connection.IsSegment;
        return walk.Connection.IsReturn;
    }

    /// <summary>A packet may leave the network; false if it begins a connection for which there is no room. Wishes that a new one be remembered.</summary>
    /// <param name="walk">The packet's way.</param>
    /// <param name="egress">The port that it leaves by.</param>
    public static bool MayLeave(ref Walk walk, Port egress)
    {
        if (walk.IsEmitted || !IsWanted(ref walk))
            return true;
        Ask(ref walk);
        ref var standing = ref walk.Connection;
        if (!standing.CanBegin || standing.IsReturn)
            return true;
        var answers = ConnectionKeys.Of(walk, walk.Key.Current, egress.Owner).ReverseAt(egress.Owner);
        if (standing.Found is not null && walk.Scratch.Connections.Knows(standing.Key, answers))
            return true;
        if (standing.Found is null && !walk.Scratch.Connections.HasRoom(walk.Ingress))
        {
            // There may be room for the next one.
            walk.IsUncacheable = true;
            return false;
        }
        // What was found invalid is none when it comes again.
        walk.IsUncacheable |= standing.State == ConnectionStates.Invalid;
        standing.IsOpened = true;
        var opening = Effect.OpenConnection(standing.Key, answers, walk.Ingress, FlagsOf(ref walk));
        walk.Scratch.Effects.Add(opening with { Egress = egress.Id });
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, egress.Ref, TraceText.Remembers(standing.Key));
        return true;
    }

    /// <summary>A copy has left the network by a port: what its way wished to be remembered is.</summary>
    public static void Commit(ref Walk walk, PortId egress)
    {
        foreach (ref readonly var effect in walk.Scratch.Pending.Span)
        {
            walk.Scratch.Effects.Add(effect with { Egress = egress });
            if (effect.Kind == EffectKind.SeeConnection)
                walk.Scratch.Uses.Add(effect.Seen);
            else
                walk.AreFlagsSeen = false;
        }
        walk.Scratch.Pending.Clear();
    }

    /// <summary>Ends the packet's way: what was decided by flags that those after it may not have is observed.</summary>
    public static void Conclude(ref Walk walk)
    {
        if (walk.AreFlagsSeen || walk.WereFlagsSeen)
            ObserveFlags(ref walk);
        ref var standing = ref walk.Connection;
        if (!standing.IsKnown)
            return;
        if (standing is { IsSegment: true, Found: null, IsOpened: false })
            ObserveFlags(ref walk);
        // A packet that goes nowhere is no sign of life.
        if (standing.Found is not { } found || walk.Scratch.Outputs.Count == 0)
            return;
        walk.Scratch.Uses.Add(found);
        walk.Scratch.Effects.Add(Effect.SeeConnection(found, FlagsOf(ref walk)));
    }

    private static void Ask(ref Walk walk)
    {
        walk.IsConnectionAsked = true;
        if (walk.Connection.IsKnown)
            return;
        walk.Connection = walk.IsEmitted ? new() { State = ConnectionStates.Related, IsReturn = true } : LookUp(ref walk);
        walk.Connection.IsKnown = true;
        if (walk.IsTraced)
            walk.Note(TraceStepKind.Lookup, walk.Ingress, TraceText.Stands(walk.Connection));
    }

    private static ConnectionStanding LookUp(ref Walk walk)
    {
        if (PortStep.Find(ref walk, walk.Ingress) is not { } ingress)
            return default;
        var role = ConnectionKeys.Read(ref walk, ingress.Owner, out var key);
        var standing = new ConnectionStanding { Key = key, IsSegment = role == ConnectionRole.Segment };
        switch (role)
        {
            case ConnectionRole.None:
                return default;
            case ConnectionRole.Group:
                return new() { State = ConnectionStates.New };
            case ConnectionRole.Error:
                return new() { State = OfError(ref walk, ingress.Owner) };
            case ConnectionRole.Answer:
                return LookUp(ref walk, standing, isBeginning: false);
            case ConnectionRole.Part:
                // Its first has begun what is to be begun.
                return LookUp(ref walk, standing, isBeginning: false) with { CanBegin = false };
            case ConnectionRole.Segment:
                return LookUp(ref walk, standing, walk.Scratch.IsRecalling || ConnectionLife.Begins(FlagsOf(ref walk)));
            case ConnectionRole.Any:
                return LookUp(ref walk, standing, isBeginning: true);
        }
        throw new UnreachableException();
    }

    private static ConnectionStanding LookUp(ref Walk walk, ConnectionStanding standing, bool isBeginning)
    {
        walk.Tag(standing.Key.Tag);
        var isFound = walk.Scratch.Connections.TryFind(standing.Key, out var found);
        if (isFound && standing.IsSegment)
        {
            // Its ports may be used again, and only a handshake tells that they are; a packet that closes it is followed by others that find it closed.
            if (found.Phase == ConnectionPhase.Closed || ConnectionLife.MayClose(FlagsOf(ref walk)))
                ObserveFlags(ref walk);
            isFound = found.Phase != ConnectionPhase.Closed || !isBeginning;
        }
        if (!isFound)
        {
            if (!isBeginning || !standing.IsSegment)
                walk.Scratch.Unknown ??= standing.Key;
            return standing with { State = isBeginning ? ConnectionStates.New : ConnectionStates.Invalid, CanBegin = isBeginning };
        }
        var isReturn = found.Direction == FlowDirection.Return;
        return standing with
        {
            Found = found,
            State = isReturn || found.IsAnswered ? ConnectionStates.Established : ConnectionStates.New,
            IsReturn = isReturn,
            // Its answers may come in elsewhere than those to the packets before.
            CanBegin = !isReturn,
        };
    }

    /// <summary>An error is about a packet of a connection, or of none; flow keys do not tell.</summary>
    private static ConnectionStates OfError(ref Walk walk, DeviceRef device)
    {
        walk.IsUncacheable = true;
        var family = walk.Key.Original.Family;
        if (!RuleInnerPacket.TryFindInner(walk.Arrived, out var inner) || !ConnectionKeys.TryReadInner(inner, family, device, out var key))
            return ConnectionStates.Invalid;
        walk.Tag(key.Tag);
        return walk.Scratch.Connections.TryFind(key, out _) ? ConnectionStates.Related : ConnectionStates.Invalid;
    }

    /// <summary>Some rule asked about the connection, or may ask about its answers.</summary>
    private static bool IsWanted(ref Walk walk)
    {
        if (walk.IsConnectionAsked)
            return true;
        if (walk.Topology.ConnectionChains == 0)
            return false;
        foreach (ref readonly var passed in walk.Scratch.Traversed.Span)
        {
            var (inbound, outbound) = walk.Topology.Find(passed) switch
            {
                Port port => (port.InboundChain, port.OutboundChain),
                Bridge bridge => (bridge.InboundChain, bridge.OutboundChain),
                Router router => (router.InboundChain, router.OutboundChain),
                _ => default,
            };
            if (Asks(ref walk, inbound, 0) || Asks(ref walk, outbound, 0))
                return true;
        }
        return false;
    }

    /// <summary>A chain, or one that it jumps to, has a rule that asks.</summary>
    private static bool Asks(ref Walk walk, ChainId? id, int depth)
    {
        if (id is not { } known)
            return false;
        walk.Tag(FlowTag.Of(FlowTagKind.Chain, known.Value));
        if (!walk.Topology.Chains.TryGetValue(known, out var chain))
            return false;
        var program = ChainProgram.Of(chain);
        if (program.AsksConnections || depth == SimulationLimits.MaxChainDepth)
            return true;
        foreach (var target in program.Jumps)
        {
            if (Asks(ref walk, target, depth + 1))
                return true;
        }
        return false;
    }

    private static void ObserveFlags(ref Walk walk) => walk.Key.Observe(FlowField.TcpFlags, (ulong)ConnectionLife.Kept);

    private static TcpFlags FlagsOf(ref Walk walk) => (TcpFlags)walk.Key.Original.Get(FlowField.TcpFlags);
}
