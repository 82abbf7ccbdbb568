using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Actors;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Bench.Hive;

/// <summary>A node that follows others: with a replica of its own, or by position and hash alone.</summary>
internal sealed class RelayNode : IAsyncDisposable
{
    private readonly PeerKeyPair _key;
    private readonly PeerActor _peers;
    private readonly RelayActor _relay;
    private readonly FeedActor? _feed;

    /// <summary>Starts to follow.</summary>
    /// <param name="self">The node.</param>
    /// <param name="key">Its key.</param>
    /// <param name="begin">Where it is when it starts; shared with the others, as what does not change in it stays.</param>
    /// <param name="directory">Where keys and addresses of others are looked up, if it has no description of its own.</param>
    /// <param name="hasReplica">It keeps the description and feeds others.</param>
    /// <param name="transport">Carries its messages.</param>
    /// <param name="sources">Whom it follows, best first.</param>
    /// <param name="note">Is told the position of each step it makes.</param>
    public RelayNode(
        HostId self,
        PeerKeyPair key,
        ReplicaState begin,
        ITopologyReplica directory,
        bool hasReplica,
        IPeerTransport transport,
        IReadOnlyList<HostId> sources,
        Action<long> note
    )
    {
        _key = key;
        IRelayFeed feed;
        if (hasReplica)
        {
            var replica = new TopologyReplica(begin);
            _feed = new FeedActor(ActorRuntime.System, new AbsentJournal(), replica, new HiveHealth(), new HiveOptions().FeedWindow);
            (feed, directory) = (_feed, replica);
        }
        else
            feed = new HeadFeed(begin.Head);
        feed.Moved += () => note(feed.Head.Position);
        _peers = new PeerActor(ActorRuntime.System, self, directory, key, transport);
        _relay = new RelayActor(
            ActorRuntime.System,
            self,
            feed,
            _peers,
            () => [.. sources],
            () => new RelayReach(1, feed.Head.Position, feed.Head.Position)
        );
    }

    /// <summary>It is fed.</summary>
    public bool IsFollowing => _relay.View.Source is not null;

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _peers.DisposeAsync();
        if (_feed is not null)
            await _feed.DisposeAsync();
        _key.Dispose();
    }
}
