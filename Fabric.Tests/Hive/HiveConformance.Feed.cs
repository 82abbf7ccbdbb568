using Fabric.Flows;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Hive;

/// <summary>Followers miss nothing, however slow, and find out when the journal is another one.</summary>
public abstract partial class HiveConformance
{
    [Test]
    public async Task AFeedFromAnyPositionHasThePastAndThenTheNew(CancellationToken cancellation)
    {
        const int past = 40;
        var hive = await Testbed.OpenAsync(new HiveOptions { FeedWindow = 16 });
        for (ulong id = 1; id <= past; id++)
            await AcceptAsync(hive, Wishes.Bridge(id));

        var readers = Enumerable.Range(0, past + 1).Select(after => TakeAsync(hive, after, past - after + 5, null, cancellation)).ToList();
        for (ulong id = past + 1; id <= past + 5; id++)
            await AcceptAsync(hive, Wishes.Bridge(id));

        for (var after = 0; after <= past; after++)
            Positions(await readers[after]).ShouldBe(Range(after + 1, past + 5));
    }

    [Test]
    public async Task ASlowReaderHoldsNothingUpAndMissesNothing(CancellationToken cancellation)
    {
        const int entries = 300;
        var hive = await Testbed.OpenAsync(new HiveOptions { FeedWindow = 8 });
        await using var reader = hive.FeedAsync(0, null, cancellation).GetAsyncEnumerator(cancellation);
        await AcceptAsync(hive, Wishes.Bridge(1));
        var seen = new List<long>();
        await StepAsync();
        for (ulong id = 2; id <= entries; id++)
        {
            await AcceptAsync(hive, Wishes.Bridge(id));
            if (id % 100 == 0)
                await StepAsync();
        }
        while (seen.Count < entries)
            await StepAsync();
        seen.ShouldBe(Range(1, entries));
        hive.Health.ReadersBehind.ShouldBeGreaterThan(0);

        async Task StepAsync()
        {
            (await reader.MoveNextAsync()).ShouldBeTrue();
            seen.Add(reader.Current.Head.Position);
        }
    }

    [Test]
    public async Task AReaderThatReturnsLateGoesOnWhereItWas(CancellationToken cancellation)
    {
        const int entries = 500;
        var options = new HiveOptions { FeedWindow = 8, SnapshotEvery = 20 };
        var (writer, follower) = (await Testbed.OpenAsync(options), await Testbed.OpenAsync(options));
        await AcceptAsync(writer, Wishes.Bridge(1));
        var seen = (await TakeAsync(follower, 0, 1, null, cancellation))[0].Head;
        await follower.DisposeAsync();
        for (ulong id = 2; id <= entries; id++)
            await AcceptAsync(writer, Wishes.Bridge(id));

        // It knows its position and hash, and nothing else: neither is missed nor is it told to begin anew.
        var returned = await Testbed.OpenAsync(options);
        var missed = await TakeAsync(returned, seen.Position, entries - 1, seen.Hash, cancellation);
        missed.ShouldAllBe(item => item is FeedItem.Stored);
        Positions(missed).ShouldBe(Range(2, entries));
        returned.Replica.Topology.ShouldEqual(writer.Replica.Topology);
    }

    [Test]
    public async Task AnItemIsGivenOnlyWhenTheReplicaHasIt(CancellationToken cancellation)
    {
        var (writer, follower) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        var reading = Task.Run(
            async () =>
            {
                await foreach (var item in follower.FeedAsync(0, null, cancellation))
                {
                    follower.Replica.Topology.Position.ShouldBeGreaterThanOrEqualTo(item.Head.Position);
                    if (item.Head.Position == 100)
                        break;
                }
            },
            cancellation
        );
        for (ulong id = 1; id <= 100; id++)
            await AcceptAsync(writer, Wishes.Bridge(id));
        await reading;
    }

    [Test]
    public async Task TagsArePostedAfterTheSnapshotThatTheyAreAbout(CancellationToken cancellation)
    {
        var (writer, follower) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        await AcceptAsync(writer, Wishes.Bridge(1));
        await ReachAsync(follower, 1, cancellation);
        var inbox = new Inbox(follower.Replica);
        using (follower.Replica.Subscribe(inbox))
        {
            for (var i = 0; i < 50; i++)
                await AcceptAsync(writer, Wishes.Bridge(1, isUp: i % 2 == 1));
            await ReachAsync(follower, 51, cancellation);
        }
        inbox.Tags.ShouldContain(FlowTag.Of(FlowTagKind.Bridge, 1));
        inbox.Positions.ShouldBeInOrder();
        inbox.Positions[^1].ShouldBe(51);
        await AcceptAsync(writer, Wishes.Bridge(1, isUp: false));
        await ReachAsync(follower, 52, cancellation);
        inbox.Positions[^1].ShouldBe(51, "whoever has left is told nothing");
    }

    [Test]
    public async Task ARestoredOlderJournalRaisesAnAlarmAndIsFollowedByDifference(CancellationToken cancellation)
    {
        var hive = await Testbed.OpenAsync();
        await AcceptAsync(hive, Wishes.Bridge(1));
        await AcceptAsync(hive, Wishes.Bridge(2));
        await Testbed.BackupAsync();
        await AcceptAsync(hive, Wishes.Bridge(3));
        var ours = (await TakeAsync(hive, 2, 1, null, cancellation))[0].Head;
        await using var reader = hive.FeedAsync(3, ours.Hash, cancellation).GetAsyncEnumerator(cancellation);
        var next = reader.MoveNextAsync();

        await Testbed.RestoreAsync();

        (await next).ShouldBeTrue();
        reader.Current.ShouldBeOfType<FeedItem.Resync>().Head.Position.ShouldBe(2);
        hive.Replica.Topology.Bridges.Keys.Select(id => id.Value).Order().ShouldBe([1ul, 2ul]);
        var alarm = Testbed.Alarms.ShouldHaveSingleItem();
        alarm.Kind.ShouldBe(HiveAlarmKind.JournalReplaced);
        (alarm.Ours, alarm.Theirs.Position).ShouldBe((ours, 2));

        // The other future goes on, and a reader that comes back with the lost past is told.
        (await AcceptAsync(hive, Wishes.Bridge(4))).Position.ShouldBe(3);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.ShouldBeOfType<FeedItem.Stored>().Entry.Position.ShouldBe(3);
        var first = (await TakeAsync(hive, 3, 1, ours.Hash, cancellation))[0];
        first.ShouldBeOfType<FeedItem.Resync>().Head.Position.ShouldBe(3);
    }

    [Test]
    public async Task ACommandAfterARestoreIsDecidedAgainstWhatIsThere(CancellationToken cancellation)
    {
        var (here, there) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        await AcceptAsync(here, Wishes.Bridge(1));
        await Testbed.BackupAsync();
        await AcceptAsync(here, Wishes.Bridge(2));
        await ReachAsync(there, 2, cancellation);
        await Testbed.RestoreAsync();

        // Told at once that the journal is another one, or decided against it: never stored on top of a past that is gone.
        SubmitResult result;
        while (
            (result = await there.SubmitAsync(Wishes.From("ana", Wishes.Port(1, bridge: 2)), cancellation)) is SubmitResult.Unavailable away
        )
            away.MayBeStored.ShouldBeFalse();
        result.ShouldBeOfType<SubmitResult.Rejected>();
        (await AcceptAsync(there, Wishes.Port(1, bridge: 1))).Position.ShouldBe(2);
    }

    private sealed class Inbox(ITopologyReplica replica) : IReplicaSubscriber
    {
        public HashSet<FlowTag> Tags { get; } = [];

        /// <summary>What a thread that is told would see.</summary>
        public List<long> Positions { get; } = [];

        public void Post(ReadOnlySpan<FlowTag> tags)
        {
            Positions.Add(replica.Topology.Position);
            foreach (var tag in tags)
                Tags.Add(tag);
        }

        public void PostCompareAll() => Positions.Add(replica.Topology.Position);
    }
}
