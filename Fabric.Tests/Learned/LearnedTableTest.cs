using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
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
        _table.Current.Neighbors.ShouldContainKey(Web);

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
