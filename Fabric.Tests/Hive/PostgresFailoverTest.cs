using Fabric.Changes;
using Fabric.Tests.Journal;
using Fabric.Tests.Live;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Hive;

/// <summary>A primary and its synchronous standby, both of the test's own.</summary>
[TestFixture]
[CancelAfter(300_000)]
public sealed class PostgresFailoverTest
{
    private const int Nodes = 3;
    private const int WritersEach = 3;
    private const string Standby = "second";

    private PostgresServer? _primary;
    private PostgresServer? _standby;

    [SetUp]
    public void SetUp()
    {
        PostgresServer.SkipWithoutTools();
        _primary = PostgresServer.Start("fsync=off");
        _standby = _primary.StartStandby(Standby, "fsync=off", "wal_receiver_status_interval=1");
        DemandStandby(Standby);
    }

    [TearDown]
    public void TearDown()
    {
        _standby?.Dispose();
        _primary?.Dispose();
        (_standby, _primary) = (null, null);
    }

    [Test]
    public async Task WhenThePrimaryIsKilledAndTheStandbyPromotedEveryAcknowledgedCommandIsThere(CancellationToken cancellation)
    {
        var address = $"postgresql://{PostgresServer.User}@127.0.0.1:{_primary!.Port},127.0.0.1:{_standby!.Port}/postgres";
        var hives = await Task.WhenAll(Enumerable.Range(0, Nodes).Select(_ => new SqlHiveFactory().OpenAsync(address, new HiveOptions())));
        try
        {
            var acknowledged = new Dictionary<RequestId, long>();
            using var enough = new CancellationTokenSource();
            var writers = Enumerable
                .Range(0, Nodes * WritersEach)
                .Select(i => WriteAsync(hives[i % Nodes], i, acknowledged, enough.Token))
                .ToList();

            await ReachAsync(hives[0], 200, cancellation);
            _primary.Kill();
            var killedAt = hives[0].Replica.Topology.Position;
            _standby.Promote();
            await ReachAsync(hives[0], killedAt + 200, cancellation);
            enough.Cancel();
            await Task.WhenAll(writers);

            await CheckAsync(hives, acknowledged, cancellation);
        }
        finally
        {
            foreach (var hive in hives)
                await hive.DisposeAsync();
        }
    }

    [Test]
    public async Task ACommitThatTheStandbyHasNotConfirmedIsNotAcknowledged(CancellationToken cancellation)
    {
        var options = new SqlJournalOptions(_primary!.Address("postgres")) { AnswerPatience = TimeSpan.FromSeconds(1) };
        var settings = new HiveOptions { OutcomePatience = TimeSpan.FromSeconds(3) };
        await using var hive = await SqlHive.OpenAsync(new SqlJournal(options), settings, cancellation);
        (await ConfirmAsync(hive, Wishes.From("ana", Wishes.Bridge(1)), cancellation)).Position.ShouldBe(1);

        DemandStandby("nobody");
        var wish = Wishes.From("ana", Wishes.Bridge(2));
        var unknown = (await hive.SubmitAsync(wish, cancellation)).ShouldBeOfType<SubmitResult.Unavailable>();
        unknown.MayBeStored.ShouldBeTrue();
        hive.Replica.Topology.Bridges.Count.ShouldBe(1, "what may be lost with the primary is shown to nobody");

        // An administrator who ends the wait leaves it stored here and perhaps nowhere else: it is seen, and still not acknowledged.
        _primary.Execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        var again = (await hive.SubmitAsync(wish, cancellation)).ShouldBeOfType<SubmitResult.Unavailable>();
        again.MayBeStored.ShouldBeTrue();

        DemandStandby(Standby);
        (await ConfirmAsync(hive, wish, cancellation)).Position.ShouldBe(2);
    }

    /// <summary>The server lets waiters go when the standby next speaks, which with nothing new to confirm is a second later.</summary>
    private static async Task<SubmitResult.Accepted> ConfirmAsync(IHive hive, CommandEnvelope wish, CancellationToken cancellation)
    {
        SubmitResult confirmed;
        while ((confirmed = await hive.SubmitAsync(wish, cancellation)) is SubmitResult.Unavailable)
            cancellation.ThrowIfCancellationRequested();
        return confirmed.ShouldBeOfType<SubmitResult.Accepted>(confirmed.ToString());
    }

    private void DemandStandby(string name)
    {
        _primary!.Execute($"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        _primary.Execute("SELECT pg_reload_conf()");
        // The server's processes read it each in their time; the one that speaks with the standby decides.
        var wanted = name == Standby ? "sync" : "async";
        LiveTest.Eventually(
            () => _primary.Ask("SELECT sync_state FROM pg_stat_replication") as string == wanted,
            $"a standby that is {wanted}"
        );
    }

    // Nobody gives up: the same request again until there is an answer.
    private static async Task WriteAsync(IHive hive, int writer, Dictionary<RequestId, long> acknowledged, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var wish = Wishes.From($"w{writer}", Wishes.Bridge((ulong)writer + 1, isUp: i % 2 == 0));
            SubmitResult result;
            while ((result = await hive.SubmitAsync(wish, CancellationToken.None)) is SubmitResult.Unavailable)
                await Task.Yield();
            lock (acknowledged)
                acknowledged.Add(wish.Request, result.ShouldBeOfType<SubmitResult.Accepted>().Position);
        }
    }

    private static async Task ReachAsync(IHive hive, long position, CancellationToken cancellation)
    {
        await foreach (var item in hive.FeedAsync(0, null, cancellation))
        {
            if (item.Head.Position >= position)
                break;
        }
    }

    private async Task CheckAsync(IHive[] hives, Dictionary<RequestId, long> acknowledged, CancellationToken cancellation)
    {
        await using var journal = new SqlJournal(new SqlJournalOptions(_standby!.Address("postgres")));
        var stored = new Dictionary<RequestId, long>();
        // Reading checks positions and hashes one by one.
        await foreach (var item in ReplayPath.ReadEntriesAsync(journal, 0, default(EntryHash), long.MaxValue, cancellation))
            stored.Add(item.Entry.Request, item.Entry.Position);
        foreach (var (request, position) in acknowledged)
            stored[request].ShouldBe(position);
        TestContext.Out.WriteLine($"{acknowledged.Count} acknowledged, {stored.Count} stored");
        foreach (var hive in hives)
        {
            await ReachAsync(hive, stored.Count, cancellation);
            hive.Replica.Topology.ShouldEqual(hives[0].Replica.Topology);
            hive.Health.Alarms.ShouldBe(0);
        }
    }
}
