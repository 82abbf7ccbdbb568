using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Fabric.Akka.Protocol;
using Fabric.Devices;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;

namespace Fabric.Akka.Nodes;

/// <summary>The list of members as the cluster has it: who an agent is, it tells all others itself; that it lives, the cluster finds out.</summary>
/// <remarks>
/// In place of the rows with an age that a database keeps: a lease is fresh while its node is up and reachable, has expired while it is not
/// reachable, and was given back when it has left. The same judgement, members and duties follow from it. Any thread.
/// </remarks>
internal sealed class NodeLeases : ILeases
{
    private ImmutableDictionary<(string Node, int Uid), Lease> _told = ImmutableDictionary<(string, int), Lease>.Empty;
    private Lease? _own;

    /// <summary>The node's actor system just now; null while there is none.</summary>
    internal Func<ActorSystem?> Here { private get; set; } = () => null;

    /// <summary>Who this node is; null before it has told anybody.</summary>
    internal LeaseTold? OwnAt(ActorSystem system)
    {
        var self = Cluster.Get(system).SelfUniqueAddress;
        return Volatile.Read(ref _own) is { } own ? new LeaseTold(self.Address.ToString(), self.Uid, own) : null;
    }

    /// <summary>Tells the others again who this node is; to be done when one joins.</summary>
    internal void TellAgain(ActorSystem system)
    {
        if (OwnAt(system) is { } told)
            NodeActor.Publish(system, told);
    }

    /// <summary>Takes what an agent tells of itself, and forgets what those told that are no members any more but left their word.</summary>
    internal void Hear(LeaseTold told, ActorSystem system)
    {
        var members = Cluster.Get(system).State.Members.Select(member => KeyOf(member.UniqueAddress)).ToHashSet();
        ImmutableInterlocked.Update(
            ref _told,
            static (before, word) =>
                before
                    .RemoveRange(
                        before
                            .Where(pair => pair.Value.Host == word.told.Lease.Host && !word.members.Contains(pair.Key))
                            .Select(pair => pair.Key)
                    )
                    .SetItem((word.told.Node, word.told.Uid), word.told.Lease),
            (told, members)
        );
    }

    /// <inheritdoc/>
    public ValueTask<LeaseRow?> RenewAsync(Lease lease, ulong replaced, CancellationToken cancellation)
    {
        var system = System();
        // Of two agents of one host the one that has been in the cluster for longer is right.
        var other = Rows(system, OlderThanSelf(system))
            .FirstOrDefault(row =>
                row.IsFresh
                && row.Lease.Host == lease.Host
                && row.Lease.Incarnation != lease.Incarnation
                && row.Lease.Incarnation != replaced
            );
        if (other is not null)
            return ValueTask.FromResult<LeaseRow?>(other);
        Volatile.Write(ref _own, lease);
        TellAgain(system);
        return ValueTask.FromResult<LeaseRow?>(null);
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(HostId host, ulong incarnation, CancellationToken cancellation)
    {
        // Leaving the cluster tells it.
        Volatile.Write(ref _own, null);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<LeaseRow>> ReadLeasesAsync(CancellationToken cancellation)
    {
        var rows = Rows(System(), _ => true).OrderBy(row => row.IsFresh ? 0 : 1).DistinctBy(row => row.Lease.Host);
        return ValueTask.FromResult<ImmutableArray<LeaseRow>>([.. rows.OrderBy(row => row.Lease.Host.Value)]);
    }

    private ActorSystem System() =>
        Here() ?? throw new JournalException(JournalFailure.Away, "this node is not in the cluster just now; it joins again by itself");

    private static Func<(string, int), bool> OlderThanSelf(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        var self = cluster.SelfMember;
        var older = cluster
            .State.Members.Where(member => member.IsOlderThan(self))
            .Select(member => KeyOf(member.UniqueAddress))
            .ToHashSet();
        return older.Contains;
    }

    private IEnumerable<LeaseRow> Rows(ActorSystem system, Func<(string, int), bool> isWanted)
    {
        var state = Cluster.Get(system).State;
        var unreachable = state.Unreachable.Select(member => KeyOf(member.UniqueAddress)).ToHashSet();
        var members = state.Members.Select(member => KeyOf(member.UniqueAddress)).ToHashSet();
        foreach (var (node, lease) in Volatile.Read(ref _told).Where(pair => isWanted(pair.Key)))
        {
            var age = unreachable.Contains(node) ? Lease.Term : TimeSpan.Zero;
            yield return new LeaseRow(lease, age, IsReleased: !members.Contains(node));
        }
    }

    private static (string Node, int Uid) KeyOf(UniqueAddress node) => (node.Address.ToString(), node.Uid);
}
