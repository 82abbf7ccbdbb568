using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.PublishSubscribe;
using Fabric.Akka.Protocol;
using Fabric.Topology.Feed;

namespace Fabric.Akka.Nodes;

/// <summary>Hears what is told to all nodes: what was stored, who an agent is; and tells which actors live here.</summary>
internal sealed class NodeActor : ReceiveActor
{
    /// <summary>Where it is found at every node.</summary>
    internal const string Name = "node";

    private const string Topic = "fabric";

    private static readonly TimeSpan s_askPatience = TimeSpan.FromSeconds(2);

    private readonly NodeParts _parts;

    /// <param name="parts">What its node has.</param>
    public NodeActor(NodeParts parts)
    {
        _parts = parts;
        Receive<Pushed>(Hear);
        Receive<LeaseTold>(told => _parts.Leases?.Hear(told, Context.System));
        Receive<ClusterEvent.MemberUp>(_ => _parts.Leases?.TellAgain(Context.System));
        Receive<ListActors>(_ => Sender.Tell(new ActorsListed(_parts.Options.Self.Name, _parts.IsWriter, [.. _parts.Devices.Values])));
        Receive<AskLease>(_ =>
        {
            if (_parts.Leases?.OwnAt(Context.System) is { } own)
                Sender.Tell(own);
        });
        Receive<SubscribeAck>(_ => { });
    }

    /// <summary>Tells something to all nodes that can be reached, this one too; what is lost comes by another way.</summary>
    internal static void Publish(ActorSystem system, object message) =>
        DistributedPubSub.Get(system).Mediator.Tell(new Publish(Topic, message));

    /// <summary>Asks nodes that are up, each for a short time.</summary>
    /// <param name="system">This node's actor system.</param>
    /// <param name="question">What they are asked.</param>
    /// <param name="andSelf">This node too.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The nodes, each with its answer; null for one that gave none.</returns>
    internal static async Task<ImmutableArray<(Address Node, T? Answer)>> AskAllAsync<T>(
        ActorSystem system,
        object question,
        bool andSelf,
        CancellationToken cancellation
    )
        where T : class
    {
        var cluster = Cluster.Get(system);
        var up = cluster.State.Members.Where(member => member.Status == MemberStatus.Up).Select(member => member.Address);
        var nodes = up.Where(node => andSelf || node != cluster.SelfAddress);
        return [.. await Task.WhenAll(nodes.Select(async node => (node, await AskAsync<T>(system, node, question, cancellation))))];
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        DistributedPubSub.Get(Context.System).Mediator.Tell(new Subscribe(Topic, Self));
        Cluster
            .Get(Context.System)
            .Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp));
    }

    /// <inheritdoc/>
    protected override void PostStop() => Cluster.Get(Context.System).Unsubscribe(Self);

    // A push that does not fit, or that is no chain, is only word that there is something to read.
    private void Hear(Pushed pushed)
    {
        var opened = EntryChain.Open(pushed.Previous.Position, pushed.Previous.Hash, pushed.Entries);
        if (opened.Damage is null && !opened.Items.IsEmpty)
            _parts.Feed.Offer(pushed.Previous, opened.Items);
        else
            _parts.Feed.Wake();
    }

    private static async Task<T?> AskAsync<T>(ActorSystem system, Address node, object question, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await system.ActorSelection(new RootActorPath(node) / "user" / Name).Ask<T>(question, s_askPatience, cancellation);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
