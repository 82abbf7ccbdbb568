using Fabric.Devices;
using Fabric.Tests.Laws;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

/// <summary>The past is kept, and what is reopened equals what lived.</summary>
public abstract partial class HiveConformance
{
    [TestCase(10)]
    [TestCase(100_000)]
    public async Task AReopenedHiveEqualsTheLiveOneAndSoDoesEveryPastPosition(int snapshotEvery)
    {
        var options = new HiveOptions { SnapshotEvery = snapshotEvery };
        var hive = await Testbed.OpenAsync(options);
        var live = new List<TopologySnapshot> { TopologySnapshot.Empty };
        for (ulong id = 1; id <= 25; id++)
        {
            await AcceptAsync(hive, Wishes.All(Wishes.Bridge(id), Wishes.Port(id, id)));
            live.Add(hive.Replica.Topology);
            await AcceptAsync(hive, id % 3 == 0 ? Wishes.NoPort(id) : Wishes.Bridge(id, isUp: false));
            live.Add(hive.Replica.Topology);
        }
        await hive.DisposeAsync();

        var reopened = await Testbed.OpenAsync(options);
        reopened.Replica.Topology.ShouldEqual(live[^1]);
        for (var position = 0; position < live.Count; position++)
            (await reopened.ReadPastAsync(position)).ShouldEqual(live[position]);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await reopened.ReadPastAsync(live.Count));
    }

    [Test]
    [CancelAfter(3_600_000)]
    public async Task ManyEventsAreReadAgainAsTheyWere(CancellationToken cancellation)
    {
        // In the long run a million events.
        var batches = LawRun.Cases(200);
        const int each = 50;
        var options = new HiveOptions { SnapshotEvery = 1000 };
        var hive = await Testbed.OpenAsync(options);
        for (var batch = 0; batch < batches; batch++)
        {
            var wishes = Enumerable.Range(1, each).Select(i => Wishes.Bridge((ulong)(batch / 2 % 40 * each + i), isUp: batch % 2 == 0));
            await AcceptAsync(hive, Wishes.All([.. wishes]));
        }

        var other = await Testbed.OpenAsync(options);
        other.Replica.Topology.ShouldEqual(hive.Replica.Topology);
        var events = 0;
        await foreach (var entry in other.ReadHistoryAsync(1, long.MaxValue, cancellation))
            events += entry.Events.Length;
        events.ShouldBe(batches * each);
    }

    [Test]
    public async Task TheJournalTellsWhoAndWhenAndWhy(CancellationToken cancellation)
    {
        var start = DateTimeOffset.UtcNow.AddSeconds(-1);
        var hive = await Testbed.OpenAsync();
        var envelope = Wishes.From("ana", Wishes.Bridge(1), "the first of many");
        await hive.SubmitAsync(envelope, cancellation);
        await AcceptAsync(hive, Wishes.Bridge(2), "ben");
        await AcceptAsync(hive, Wishes.Bridge(3), "cleo");

        var history = new List<Fabric.Changes.JournalEntry>();
        await foreach (var entry in hive.ReadHistoryAsync(1, 2, cancellation))
            history.Add(entry);

        history.Select(entry => (entry.Position, entry.Author)).ShouldBe([(1, "ana"), (2, "ben")]);
        history[0].Reason.ShouldBe("the first of many");
        history[0].Request.ShouldBe(envelope.Request);
        history[0].Time.ShouldBeInRange(start, DateTimeOffset.UtcNow.AddSeconds(1));
    }
}
