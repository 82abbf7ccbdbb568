using Fabric.Addresses;
using Fabric.Balancing;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Simulation;

internal static partial class NatStep
{
    /// <summary>Chooses the member for a packet that begins a connection to a balancer; false if the packet has been dropped.</summary>
    private static bool Balance(
        ref Walk walk,
        Router router,
        Port inPort,
        NatProgram program,
        Balancer balancer,
        in ConnectionKey key,
        ConnectionRole role
    )
    {
        if (!CanBegin(ref walk, router, role))
            return Drop(ref walk, router, DropReason.NatNoConnection);
        var pool = program.PoolOf(balancer);
        if (pool.Check is not null)
            walk.Tag(FlowTag.Pool(router.Id.Value, PoolKey.Of(router.Id, pool.Name).Name));
        var table = TableOf(ref walk, router, pool);
        if (table.Open.IsEmpty)
            return Refuse(ref walk, router, inPort, balancer, key);
        var stays = balancer.PersistSeconds > 0 ? FindPersistent(ref walk, table, balancer, key) : null;
        var member = stays ?? MemberChoice.Of(walk.Scratch.Connections, pool.Method, table, key);
        // How many connections each has is in no tag: a flow is made of the next packet, whose connection is known then.
        walk.IsUncacheable |= stays is null && pool.Method == BalancingMethod.LeastConnections;
        if (walk.IsTraced)
            walk.Note(
                TraceStepKind.Lookup,
                router.Ref,
                stays is null ? TraceText.ChoosesMember(balancer, pool, member) : TraceText.KeepsMember(balancer, pool, member)
            );
        var port = member.Port ?? key.DestinationPort;
        if (balancer.PersistSeconds > 0 && stays is null)
        {
            var client = Persistence.KeyOf(key, balancer);
            var answers = Persistence.AnswersOf(client, member.Address, member.Port ?? 0);
            walk.Scratch.Pending.Add(Effect.OpenConnection(client, answers, walk.Ingress, default));
        }
        (walk.Nat.IsRedirected, walk.Nat.IsBalanced, walk.Nat.Role) = (true, true, role);
        return SetDestination(ref walk, router, member.Address, port);
    }

    /// <summary>Goes on with a connection to a balancer as long as its member is there; false if the packet has been dropped.</summary>
    /// <remarks>Of one whose member has left, a segment is refused, so that the client hears of it; whatever can begin a connection comes to another member.</remarks>
    private static bool GoOn(
        ref Walk walk,
        Router router,
        Port inPort,
        NatProgram program,
        Balancer balancer,
        in ConnectionKey key,
        ConnectionRole role,
        in ConnectionFound found,
        in ConnectionKey other
    )
    {
        var pool = program.PoolOf(balancer);
        if (pool.Check is not null)
            walk.Tag(FlowTag.Address(FlowTagKind.Health, router.Id.Value, other.Source));
        var table = TableOf(ref walk, router, pool);
        if (table.At(other.Source, other.SourcePort) is { State: not PoolMemberState.Down })
        {
            if (balancer.PersistSeconds > 0)
                FindPersistent(ref walk, table, balancer, key);
            (walk.Nat.Found, walk.Nat.Other) = (found, other);
            return SetDestination(ref walk, router, other.Source, other.SourcePort);
        }
        // What comes from the member still is of no use to the client: for tables, both sides have broken it off.
        walk.Scratch.Effects.Add(Effect.SeeConnection(found, TcpFlags.Rst));
        return CanBegin(ref walk, router, role)
            ? Balance(ref walk, router, inPort, program, balancer, key, role)
            : Refuse(ref walk, router, inPort, balancer, key);
    }

    private static PoolTable TableOf(ref Walk walk, Router router, Pool pool) =>
        PoolTable.Of(pool, pool.Check is null ? null : walk.Learned.Health.GetValueOrDefault(PoolKey.Of(router.Id, pool.Name)));

    /// <summary>The member that a client stays at, if it takes connections; its time begins anew.</summary>
    private static PoolMember? FindPersistent(ref Walk walk, PoolTable table, Balancer balancer, in ConnectionKey key)
    {
        var client = Persistence.KeyOf(key, balancer);
        walk.Tag(client.Tag);
        if (
            !walk.Scratch.Connections.TryTranslate(client, out var found, out var member)
            || found.Direction != FlowDirection.Forward
            || table.OpenAt(member.Source, member.SourcePort) is not { } known
        )
            return null;
        walk.Scratch.Pending.Add(Effect.SeeConnection(found, default));
        return known;
    }

    /// <summary>The member's answer would miss the router, being on the client's link, or would be told from no other's: the router's address stands for the client.</summary>
    private static bool NeedsOwn(ref Walk walk, Router router, Port outPort, IpFamily family)
    {
        if (!walk.Nat.IsBalanced)
            return false;
        if (PortAddressing.IsOnLink(outPort, SourceOf(ref walk, family)))
            return true;
        var back = ConnectionKeys.Of(walk, walk.Key.Current, router.Ref).ReverseAt(router.Ref) with { IsTranslated = true };
        walk.Tag(back.Tag);
        return walk.Scratch.Connections.TryFind(back, out var taken) && taken.Phase != ConnectionPhase.Closed;
    }

    /// <summary>No member serves the packet, and its source is told.</summary>
    private static bool Refuse(ref Walk walk, Router router, Port inPort, Balancer balancer, in ConnectionKey key)
    {
        LocalReplyStep.Refuse(ref walk, inPort, balancer.Address, key.Protocol);
        return Drop(ref walk, router, DropReason.NoPoolMember);
    }
}
