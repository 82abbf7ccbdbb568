using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Topology.Feed;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Replica;

[TestFixture]
public sealed class TopologyReplicaTest
{
    private readonly List<string> _heard = [];
    private TopologyReplica _replica = null!;

    [SetUp]
    public void SetUp()
    {
        _heard.Clear();
        _replica = new TopologyReplica(ReplicaState.Start);
        _replica.Subscribe(new Ear(_heard, _replica));
    }

    [Test]
    public void TheSnapshotIsPublishedBeforeTheTagsArePosted()
    {
        _replica.Apply([Stored(1, Created(1))]);
        _replica.Apply([Stored(2, Deleted(1))]);
        _heard.ShouldAllBe(word => word.StartsWith("tags at "));
        _heard[^1].ShouldBe("tags at 2");
    }

    [Test]
    public void EntriesOfOneReadArePublishedOnce()
    {
        _replica.Apply([Stored(1, Created(1)), Stored(2, Created(2)), Stored(3, Created(3))]);
        _heard.ShouldBe(["tags at 3"]);
        _replica.State.Head.Position.ShouldBe(3);
        _replica.Topology.Bridges.Count.ShouldBe(3);
    }

    [Test]
    public void TooManyTagsBecomeOneMark()
    {
        var many = Enumerable.Range(1, TopologyReplica.MaxTags + 1).Select(id => Created((ulong)id));
        _replica.Apply([Stored(1, [.. many])]);
        _heard.ShouldBe(["all at 1"]);
        _replica.CompareAllCount.ShouldBe(1);
        _replica.Apply([Stored(2, Deleted(1))]);
        _heard[^1].ShouldBe("tags at 2");
    }

    [Test]
    public void AResyncTellsTheDifference()
    {
        _replica.Apply([Stored(1, Created(1)), Stored(2, Created(2))]);
        _heard.Clear();
        var older = TopologyEvolution.Apply(TopologySnapshot.Empty, Stored(1, Created(1)).Entry);
        _replica.Resync(new ReplicaState(older, new(1, default)));
        _heard.ShouldBe(["tags at 1"]);
        _replica.Topology.Bridges.Count.ShouldBe(1);
    }

    private static TopologyEvent Created(ulong id) =>
        new TopologyEvent.DeviceCreated(new Bridge { Id = new BridgeId(id), Name = new DeviceName("t", $"b{id}") });

    private static TopologyEvent Deleted(ulong id) => new TopologyEvent.DeviceDeleted(new BridgeId(id));

    private static FeedItem.Stored Stored(long position, params ReadOnlySpan<TopologyEvent> events) =>
        new(
            new JournalEntry(position, DateTimeOffset.UnixEpoch, "ana", "", new((UInt128)position), [.. events]),
            new(0, (UInt128)position)
        );

    private sealed class Ear(List<string> heard, ITopologyReplica replica) : IReplicaSubscriber
    {
        public void Post(ReadOnlySpan<FlowTag> tags) => heard.Add($"tags at {replica.Topology.Position}");

        public void PostCompareAll() => heard.Add($"all at {replica.Topology.Position}");
    }
}
