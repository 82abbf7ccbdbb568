using System.Collections.Concurrent;
using System.Diagnostics;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Hive;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Akka;

/// <summary>Nodes are killed with SIGKILL in every role, and whatever was acknowledged stays; nobody is asked to repeat anything by hand.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Category("Akka")]
[CancelAfter(240_000)]
[NonParallelizable]
public sealed class AkkaKilledNodeTest(bool isPostgres)
{
    private const int Writers = 6;

    private AkkaTestbed _bed = null!;

    [SetUp]
    public void SetUp() => _bed = isPostgres ? new AkkaPostgresTestbed(processes: 1) : new AkkaSqliteTestbed(processes: 1);

    [TearDown]
    public async Task TearDown() => await _bed.DisposeAsync();

    // The oldest node has the writer and the shards' coordinators. With two, the survivor is the younger, and which of the two has the lowest
    // address is the port's chance.
    [TestCase(2)]
    [TestCase(3)]
    public async Task TheOldestNodeIsKilledAndTheOthersGoOn(int nodes, CancellationToken cancellation)
    {
        for (var i = 1; i < nodes; i++)
            await _bed.AddProcessAsync();
        var hive = await OpenAsync();
        (await WriterAsync(hive, cancellation)).ShouldBe("n1");
        await GoOnAfterAsync(hive, () => _bed.Processes[0].Kill(), cancellation);
        (await WriterAsync(hive, cancellation)).ShouldNotBe("n1");
    }

    [Test]
    public async Task ANodeWithShardsAndWithoutTheWriterIsKilledAndItsDevicesGoOn(CancellationToken cancellation)
    {
        await _bed.AddProcessAsync();
        await _bed.AddProcessAsync();
        var hive = await OpenAsync();
        await GoOnAfterAsync(hive, () => _bed.Processes[1].Kill(), cancellation);
        (await WriterAsync(hive, cancellation)).ShouldBe("n1");
    }

    [Test]
    public async Task ANodeJoinsAndShardsMoveAndNothingIsLost(CancellationToken cancellation)
    {
        await _bed.AddProcessAsync();
        var hive = await OpenAsync();
        await GoOnAfterAsync(hive, () => _ = _bed.AddProcessAsync(), cancellation);
    }

    [Test]
    public async Task NodesAreKilledAgainAndAgain(CancellationToken cancellation)
    {
        await _bed.AddProcessAsync();
        await _bed.AddProcessAsync();
        var hive = await OpenAsync();
        for (var round = 0; round < 3; round++)
        {
            var victim = _bed.Processes[round];
            await GoOnAfterAsync(hive, victim.Kill, cancellation);
            await _bed.AddProcessAsync();
        }
    }

    private async Task<IHive> OpenAsync() => await _bed.OpenAsync(new HiveOptions { OutcomePatience = TimeSpan.FromSeconds(5) });

    private static async Task<string?> WriterAsync(IHive hive, CancellationToken cancellation)
    {
        ActorsView view;
        while ((view = await hive.ReadActorsAsync(cancellation)).Writer is null)
            await Task.Yield();
        return view.Writer;
    }

    /// <summary>Writers write; something happens; they go on writing; what was acknowledged is there, once and in order.</summary>
    private static async Task GoOnAfterAsync(IHive hive, Action happen, CancellationToken cancellation)
    {
        var acknowledged = new ConcurrentDictionary<RequestId, long>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var writers = Enumerable.Range(0, Writers).Select(writer => WriteAsync(hive, writer, acknowledged, enough.Token)).ToList();
        await ReachAsync(hive, hive.Replica.State.Head.Position + 50, cancellation);
        var clock = Stopwatch.StartNew();
        happen();
        // Far enough that every writer has needed an answer that it could not have had before.
        await ReachAsync(hive, hive.Replica.State.Head.Position + 100, cancellation);
        TestContext.Out.WriteLine($"100 more changes after {clock.Elapsed.TotalSeconds:0.0} s");
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        var stored = new Dictionary<RequestId, long>();
        await foreach (var entry in hive.ReadHistoryAsync(1, long.MaxValue, cancellation))
            stored.Add(entry.Request, entry.Position);
        stored.Values.ShouldBe(Enumerable.Range(1, stored.Count).Select(i => (long)i));
        foreach (var (request, position) in acknowledged)
            stored[request].ShouldBe(position);
        TestContext.Out.WriteLine($"{acknowledged.Count} acknowledged, {stored.Count} stored");
        hive.Health.Alarms.ShouldBe(0);
    }

    // Nobody gives up: the same request again until there is an answer.
    private static async Task WriteAsync(
        IHive hive,
        int writer,
        ConcurrentDictionary<RequestId, long> acknowledged,
        CancellationToken enough
    )
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var name = new DeviceName("t", $"w{writer}-{Guid.NewGuid():n}");
            var wish = Wishes.From(
                $"w{writer}",
                new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId((ulong)(writer * 50 + i % 50 + 1)), Name = name })
            );
            SubmitResult result;
            while (
                (result = await hive.SubmitAsync(wish, CancellationToken.None)) is SubmitResult.Unavailable
                && !enough.IsCancellationRequested
            )
                await Task.Yield();
            if (result is SubmitResult.Accepted accepted)
                acknowledged.TryAdd(wish.Request, accepted.Position).ShouldBeTrue();
            else
                enough.IsCancellationRequested.ShouldBeTrue(result.ToString());
        }
    }

    private static async Task ReachAsync(IHive hive, long position, CancellationToken cancellation)
    {
        await foreach (var item in hive.FeedAsync(hive.Replica.State.Head.Position, null, cancellation))
        {
            item.ShouldBeOfType<FeedItem.Stored>();
            if (item.Head.Position >= position)
                break;
        }
    }
}
