using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
using Fabric.Topology.Learned;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Learned;

[TestFixture]
public sealed class LearnedActorTest
{
    private static readonly HostId Here = new(1);
    private static readonly HostId There = new(2);
    private static readonly MacKey Station = new(new BridgeId(1), 0, new MacAddress(0x020000000001));
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private OneThreadScheduler _thread = null!;

    [SetUp]
    public void SetUp() => _thread = new OneThreadScheduler(seed: 1);

    [Test]
    public void AFactTakesEffectHereAndIsForwardedOnce() =>
        Tell(async learned =>
        {
            var told = new List<StampedFact>();
            using var _ = learned.Forward(told.Add);
            for (var i = 0; i < 3; i++)
                learned.TryPublish(Heard(10), Minute).ShouldBeTrue();
            await PassAsync(TimeSpan.FromMilliseconds(1));
            learned.Current.Macs[Station].ShouldBe(new PortId(10));
            told.ShouldBe([new StampedFact(Heard(10), Here, 1, Minute)]);
        });

    [Test]
    public void OfTwoFactsTheHigherVersionAndThenTheHigherOwnerHoldsInAnyOrder() =>
        Tell(async learned =>
        {
            learned.TryMerge(new StampedFact(Heard(20), There, 5, Minute));
            learned.TryMerge(new StampedFact(Heard(10), Here, 5, Minute));
            learned.TryMerge(new StampedFact(Heard(30), There, 4, Minute));
            await PassAsync(TimeSpan.FromMilliseconds(1));
            learned.Current.Macs[Station].ShouldBe(new PortId(20));
        });

    [Test]
    public void WhatIsLearnedHereIsNewerThanAllThatWasSeen() =>
        Tell(async learned =>
        {
            var told = new List<StampedFact>();
            using var _ = learned.Forward(told.Add);
            learned.TryMerge(new StampedFact(Heard(20), There, 41, Minute));
            learned.TryPublish(Heard(10), Minute);
            await PassAsync(TimeSpan.FromMilliseconds(1));
            told.ShouldHaveSingleItem().Version.ShouldBe(42);
            learned.Current.Macs[Station].ShouldBe(new PortId(10));
        });

    [Test]
    public void AFactThatIsNotRenewedIsForgotten() =>
        Tell(async learned =>
        {
            learned.TryPublish(Heard(10), Minute);
            await PassAsync(TimeSpan.FromSeconds(50));
            learned.TryPublish(Heard(10), Minute);
            await PassAsync(TimeSpan.FromSeconds(50));
            learned.Current.Macs.ShouldContainKey(Station);
            await PassAsync(TimeSpan.FromSeconds(12));
            learned.Current.Macs.ShouldBeEmpty();
        });

    [Test]
    public void NeighborsAndInterfacesComeAndGo() =>
        Tell(async learned =>
        {
            var neighbor = new NeighborKey(new PortId(3), IpAddress.Parse("10.0.0.9"));
            learned.TryPublish(new LearnedFact.Neighbor(neighbor, null), Minute);
            learned.TryPublish(new LearnedFact.Interface(new PortId(3), IsUp: false), Minute);
            await PassAsync(TimeSpan.FromMilliseconds(1));
            learned.Current.FailedNeighbors.ShouldContain(neighbor);
            learned.Current.DownPorts.ShouldContain(new PortId(3));
            learned.TryPublish(new LearnedFact.Neighbor(neighbor, new MacAddress(7)), Minute);
            learned.TryPublish(new LearnedFact.Interface(new PortId(3), IsUp: true), Minute);
            await PassAsync(TimeSpan.FromMilliseconds(1));
            learned.Current.FailedNeighbors.ShouldBeEmpty();
            learned.Current.Neighbors[neighbor].ShouldBe(new MacAddress(7));
            learned.Current.DownPorts.ShouldBeEmpty();
        });

    [Test]
    public void TheSnapshotIsPublishedBeforeTheTagsArePosted() =>
        Tell(async learned =>
        {
            var ear = new Ear(learned);
            using var _ = learned.Subscribe(ear);
            learned.TryPublish(Heard(10), Minute);
            await PassAsync(TimeSpan.FromMilliseconds(1));
            ear.Heard.ShouldBe([FlowTag.Mac(Station.Bridge.Value, Station.Vlan, Station.Mac)]);
            ear.Seen.ShouldBe(new PortId(10));
        });

    private static LearnedFact Heard(ulong port) => new LearnedFact.Station(Station, new PortId(port));

    private void Tell(Func<LearnedActor, Task> story) =>
        _thread.Run(async () =>
        {
            await using var learned = new LearnedActor(_thread.Runtime, Here);
            await story(learned);
        });

    private Task PassAsync(TimeSpan span) => Task.Delay(span, _thread.Time);

    private sealed class Ear(LearnedActor learned) : IReplicaSubscriber
    {
        public List<FlowTag> Heard { get; } = [];

        public PortId Seen { get; private set; }

        public void Post(ReadOnlySpan<FlowTag> tags)
        {
            Heard.AddRange(tags);
            Seen = learned.Current.Macs.GetValueOrDefault(Station);
        }

        public void PostCompareAll() { }
    }
}
