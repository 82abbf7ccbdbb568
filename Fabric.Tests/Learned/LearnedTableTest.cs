using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
using Fabric.Topology.Journal;
using Fabric.Topology.Learned;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Learned;

/// <summary>Behaviour 51: a neighbor that is known is used while it is asked again, and forgotten when it has been silent for long.</summary>
[TestFixture]
public sealed class LearnedTableTest
{
    private static readonly NeighborKey Web = new(new PortId(1), IpAddress.Parse("10.0.0.7"));
    private static readonly MacAddress Station = MacAddress.Parse("02:00:00:00:00:07");
    private static readonly MacAddress Other = MacAddress.Parse("02:00:00:00:00:08");

    private readonly Posted _posted = new();
    private ManualTime _time = null!;
    private LearnedTable _table = null!;

    [SetUp]
    public void SetUp()
    {
        _posted.Tags.Clear();
        _time = new ManualTime();
        _table = new LearnedTable(new HostId(1), new TopologyReplica(ReplicaState.Start), _time);
        _table.Subscribe(_posted);
    }

    /// <summary>All hosts forget what was behind a port that is deleted; one that hears of it after that would believe it for ever.</summary>
    [Test]
    public void A_fact_says_what_it_is()
    {
        var fact = new LearnedFact.Interface(new PortId(0x1f), IsUp: false);
        fact.ToString().ShouldEndWith(" is down");
        new LearnedFact.Station(new MacKey(new BridgeId(1), 0, new MacAddress(2)), null).ToString().ShouldEndWith(" is at no port");
    }

    [Test]
    public void ThatAStationWasForgottenWithItsPortIsTold()
    {
        var net = new TopologyBuilder().Bridge("b").Port("p", "b");
        var replica = new TopologyReplica(new ReplicaState(net.Topology, JournalHead.Start));
        var (owner, other) = (new LearnedTable(new HostId(1), replica, _time), new LearnedTable(new HostId(2), replica, _time));
        owner.Untold += () => { };
        var station = new MacKey(net.BridgeId("b"), 0, Station);
        owner.LearnMac(station, net.PortId("p"));
        var (late, told) = (new List<StampedFact>(), new List<StampedFact>());
        owner.TakeUntold(late);
        owner.Review();
        other.Review();
        replica.Resync(new ReplicaState(net.Delete(net.PortId("p")).Topology, JournalHead.Start));
        owner.Review();
        other.Review();
        other.Merge(late);

        owner.TakeUntold(told);
        other.Merge(told);
        other.Current.Macs.ShouldBeEmpty();

        // And the next agent of that host, told what it had learned, does not take it up again.
        var next = new LearnedTable(new HostId(1), replica, _time);
        next.Merge(late);
        next.Current.Macs.ShouldBeEmpty();
    }

    [Test]
    public void Row51ANeighborThatIsDueToBeAskedAgainIsStillUsed()
    {
        _table.LearnNeighbor(Web, Station);
        Pass(LearnedTable.NeighborRefresh + TimeSpan.FromSeconds(1));

        _table.AgeOf(Web, _time.GetTimestamp()).ShouldNotBeNull().ShouldBeGreaterThan(LearnedTable.NeighborRefresh);
        _table.Current.Neighbors[Web].ShouldBe(Station);
    }

    [Test]
    public void Row51ThatItDidNotAnswerTheRefreshDoesNotEndIt()
    {
        _table.LearnNeighbor(Web, Station);
        Pass(LearnedTable.NeighborRefresh + TimeSpan.FromSeconds(1));

        _table.FailNeighbor(Web);

        _table.Current.Neighbors[Web].ShouldBe(Station);
        _table.Current.FailedNeighbors.ShouldBeEmpty();
    }

    [Test]
    public void Row51ANeighborThatWasNotConfirmedForItsLifetimeIsForgottenAndItsFlowsFeelIt()
    {
        _table.LearnNeighbor(Web, Station);
        _posted.Tags.Clear();
        Pass(LearnedTable.NeighborLifetime);
        _table.Current.Neighbors.Keys.ShouldContain(Web);

        Pass(TimeSpan.FromSeconds(1));

        _table.Current.Neighbors.ShouldBeEmpty();
        _posted.Tags.ShouldBe([FlowTag.Address(FlowTagKind.Neighbor, Web.Port.Value, Web.Address)]);
        _table.AgeOf(Web, _time.GetTimestamp()).ShouldBeNull();
    }

    [Test]
    public void Row51AnAnswerToTheRefreshKeepsItAndDisturbsNoFlow()
    {
        _table.LearnNeighbor(Web, Station);
        _posted.Tags.Clear();
        for (var i = 0; i < 10; i++)
        {
            Pass(LearnedTable.NeighborRefresh + TimeSpan.FromSeconds(1));
            _table.LearnNeighbor(Web, Station);
        }

        _table.Current.Neighbors[Web].ShouldBe(Station);
        _posted.Tags.ShouldBeEmpty();
    }

    [Test]
    public void Row53ANewStationForAnAddressTouchesItsFlows()
    {
        _table.LearnNeighbor(Web, Station);
        _posted.Tags.Clear();

        _table.LearnNeighbor(Web, Other);

        _table.Current.Neighbors[Web].ShouldBe(Other);
        _posted.Tags.ShouldBe([FlowTag.Address(FlowTagKind.Neighbor, Web.Port.Value, Web.Address)]);
    }

    [Test]
    public void Row50ANeighborThatDidNotAnswerIsUnreachableForAWhileAndThenAskedAnew()
    {
        _table.FailNeighbor(Web);
        _table.Current.FailedNeighbors.ShouldBe([Web]);

        Pass(LearnedTable.FailureLifetime + TimeSpan.FromSeconds(1));

        _table.Current.FailedNeighbors.ShouldBeEmpty();
    }

    private void Pass(TimeSpan span)
    {
        _time.Pass(span);
        _table.Expire();
    }

    private sealed class Posted : IReplicaSubscriber
    {
        public List<FlowTag> Tags { get; } = [];

        public void Post(ReadOnlySpan<FlowTag> tags) => Tags.AddRange(tags);

        public void PostCompareAll() => Tags.Clear();
    }
}
