using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Laws;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

/// <summary>One order for all.</summary>
public abstract partial class HiveConformance
{
    [Test]
    public async Task SixteenWritersAtFourNodesMakeOneOrderWithoutGaps(CancellationToken cancellation)
    {
        const int writers = 16;
        const int each = 30;
        var hives = new List<IHive>();
        for (var i = 0; i < 4; i++)
            hives.Add(await Testbed.OpenAsync());

        var positions = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer), cancellation)));

        positions.SelectMany(own => own).Order().ShouldBe(Range(1, writers * each));
        var feeds = await Task.WhenAll(hives.Select(hive => TakeAsync(hive, 0, writers * each, null, cancellation)));
        foreach (var feed in feeds)
        {
            Positions(feed).ShouldBe(Range(1, writers * each));
            feed.Select(item => item.Head).ShouldBe(feeds[0].Select(item => item.Head));
        }
        foreach (var hive in hives)
            hive.Replica.Topology.ShouldEqual(hives[0].Replica.Topology);

        async Task<List<long>> WriteAsync(int writer)
        {
            var own = new List<long>();
            for (var i = 0; i < each; i++)
                own.Add((await AcceptAsync(hives[writer % hives.Count], Wishes.Bridge((ulong)(writer * each + i + 1)))).Position);
            own.ShouldBeInOrder(); // what was submitted after an answer is stored after it
            return own;
        }
    }

    [Test]
    public async Task AnAnsweredChangeIsInTheReplica(CancellationToken cancellation)
    {
        var hive = await Testbed.OpenAsync();
        var other = await Testbed.OpenAsync();
        for (ulong id = 1; id <= 50; id++)
        {
            var position = (await AcceptAsync(id % 2 == 0 ? hive : other, Wishes.Bridge(id))).Position;
            (id % 2 == 0 ? hive : other).Replica.Topology.Position.ShouldBeGreaterThanOrEqualTo(position);
        }
        await ReachAsync(hive, 50, cancellation);
        hive.Replica.Topology.Bridges.Count.ShouldBe(50);
    }

    [Test]
    public async Task ABatchIsOnePosition(CancellationToken cancellation)
    {
        var hive = await Testbed.OpenAsync();
        var accepted = await AcceptAsync(hive, Wishes.All(Wishes.Bridge(1), Wishes.Port(1, 1), Wishes.Port(2, 1)));
        accepted.Position.ShouldBe(1);
        accepted.Versions.Length.ShouldBe(3);
        var only = (await TakeAsync(hive, 0, 1, null, cancellation)).ShouldHaveSingleItem();
        only.ShouldBeOfType<Fabric.Topology.Feed.FeedItem.Stored>().Entry.Events.Length.ShouldBe(3);
    }

    [Test]
    public async Task DeletingABridgeAndAddingAPortToItNeverBothSucceed()
    {
        var rounds = LawRun.Cases(300);
        var (first, second) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        var (deleted, added) = (0, 0);
        for (ulong round = 1; round <= (ulong)rounds; round++)
        {
            await AcceptAsync(first, Wishes.Bridge(round));
            // Who is asked first wins nearly always, so they take turns.
            var (deleting, adding) = ((first, Wishes.NoBridge(round)), (second, Wishes.Port(round, round)));
            var results = round % 2 == 0 ? await BothAsync(deleting, adding) : (await BothAsync(adding, deleting)).Reverse().ToArray();
            results.Count(result => result is SubmitResult.Accepted).ShouldBe(1, $"round {round}: {results[0]} | {results[1]}");
            _ = results[0] is SubmitResult.Accepted ? deleted++ : added++;
        }
        TestContext.Out.WriteLine($"deleted {deleted}, added {added}");
        foreach (var port in first.Replica.Topology.Ports.Values)
            first.Replica.Topology.Find(port.Owner).ShouldNotBeNull();
    }

    [Test]
    public async Task TwoChainsNeverJumpAtEachOther()
    {
        var rounds = LawRun.Cases(300);
        var (first, second) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        await AcceptAsync(first, Wishes.All(Wishes.Chain(1), Wishes.Chain(2)));
        var won = new int[2];
        for (var round = 0; round < rounds; round++)
        {
            var (there, back) = ((first, Wishes.Chain(1, jumpTo: 2)), (second, Wishes.Chain(2, jumpTo: 1)));
            var results = round % 2 == 0 ? await BothAsync(there, back) : (await BothAsync(back, there)).Reverse().ToArray();
            results.Count(result => result is SubmitResult.Accepted).ShouldBe(1, $"round {round}: {results[0]} | {results[1]}");
            won[results[0] is SubmitResult.Accepted ? 0 : 1]++;
            await AcceptAsync(first, Wishes.All(Wishes.Chain(1), Wishes.Chain(2)));
        }
        TestContext.Out.WriteLine($"won {won[0]} and {won[1]}");
    }

    [Test]
    public async Task OfTwoWishesAgainstOneVersionOneIsRefused()
    {
        var (first, second) = (await Testbed.OpenAsync(), await Testbed.OpenAsync());
        await AcceptAsync(first, Wishes.Bridge(1));
        for (long version = 1; version <= 50; version++)
        {
            var results = await BothAsync((first, Named($"ana{version}", version)), (second, Named($"ben{version}", version)));
            results.Count(result => result is SubmitResult.Accepted).ShouldBe(1, $"version {version}: {results[0]} | {results[1]}");
            var refused = results.OfType<SubmitResult.Rejected>().ShouldHaveSingleItem();
            refused.Rejection.Reason.ShouldBe(RejectionReason.VersionConflict);
        }

        static TopologyCommand Named(string name, long version) =>
            new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId(1), Name = new DeviceName("t", name) }, version);
    }

    private static Task<SubmitResult[]> BothAsync(params (IHive Hive, TopologyCommand Command)[] asked) =>
        Task.WhenAll(asked.Select(one => Task.Run(async () => await one.Hive.SubmitAsync(Wishes.From("ana", one.Command)))));
}
