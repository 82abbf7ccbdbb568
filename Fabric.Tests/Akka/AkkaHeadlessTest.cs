using Akka.Actor;
using Akka.Cluster;
using Fabric.Akka;
using Fabric.Devices;
using Fabric.Tests.Hive;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Akka;

/// <summary>A node that the cluster goes on without goes on by itself, and comes back by itself.</summary>
[TestFixture]
[CancelAfter(300_000)]
public sealed class AkkaHeadlessTest
{
    [Test]
    public async Task ANodeThatIsDownedKeepsItsReplicaAndRestartsOnlyItsActorSystem(CancellationToken cancellation)
    {
        await using var bed = new AkkaSqliteTestbed(processes: 1);
        var (stays, goes) = (await bed.OpenAsync(), (AkkaHive)await bed.OpenAsync());
        await SubmitAsync(stays, Wishes.Bridge(1), cancellation);
        await ReachAsync(goes, 1, cancellation);
        var before = goes.Node.Current!.System;

        var cluster = Cluster.Get(before);
        cluster.Down(cluster.SelfAddress);
        await before.WhenTerminated.WaitAsync(cancellation);

        goes.Replica.Topology.Bridges.Keys.ShouldContain(new BridgeId(1));
        // Also what the others go on to change reaches it, from the journal, in the cluster or not.
        await SubmitAsync(stays, Wishes.Bridge(2), cancellation);
        await ReachAsync(goes, 2, cancellation);
        // A command waits until it is back.
        await SubmitAsync(goes, Wishes.Bridge(3), cancellation);
        goes.Node.Current!.System.ShouldNotBe(before);
        goes.Node.Starts.ShouldBe(2);
        goes.Completion.IsCompleted.ShouldBeFalse();
        await ReachAsync(stays, 3, cancellation);
        stays.Replica.Topology.ShouldEqual(goes.Replica.Topology);
    }

    [Test]
    public async Task ActorsAreListedFromAllNodes(CancellationToken cancellation)
    {
        await using var bed = new AkkaSqliteTestbed(processes: 1);
        var hives = new[] { await bed.OpenAsync(), await bed.OpenAsync() };
        for (ulong id = 1; id <= 40; id++)
            await SubmitAsync(hives[id % 2], Wishes.Bridge(id), cancellation);

        foreach (var hive in hives)
        {
            var view = await hive.ReadActorsAsync(cancellation);
            view.Silent.ShouldBeEmpty();
            view.Writer.ShouldBe("t1", "the oldest node has the writer");
            view.Devices.Select(actor => actor.Device).ShouldBe(Enumerable.Range(1, 40).Select(id => (DeviceRef)new BridgeId((ulong)id)));
            view.Devices.Select(actor => actor.Node).Distinct().ShouldBeSubsetOf(["t1", "t2"]);
            view.Devices.ShouldAllBe(actor => actor.Shard != null && actor.Waiting == 0);
        }
    }

    private static async Task SubmitAsync(IHive hive, Fabric.Changes.TopologyCommand command, CancellationToken cancellation)
    {
        var result = await hive.SubmitAsync(Wishes.From("ana", command), cancellation);
        result.ShouldBeOfType<SubmitResult.Accepted>(result.ToString());
    }

    private static async Task ReachAsync(IHive hive, long position, CancellationToken cancellation)
    {
        await foreach (var item in hive.FeedAsync(0, null, cancellation))
        {
            if (item.Head.Position >= position)
                break;
        }
    }
}
