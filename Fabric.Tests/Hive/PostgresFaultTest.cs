using Fabric.Devices;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Hive;

/// <summary>The way to the database breaks at any place, or is slow; what was answered is so, and what was not is found out.</summary>
[TestFixtureSource(typeof(HiveKinds), nameof(HiveKinds.All))]
[CancelAfter(300_000)]
public sealed class PostgresFaultTest(string kind)
{
    private const string Commit = "COMMIT\0"; // not READ COMMITTED

    private PostgresTestbed _bed = null!;
    private CuttingProxy _proxy = null!;

    private string Address => PostgresTestbed.Server.Address(_bed.Database, _proxy.Port);

    [SetUp]
    public void SetUp()
    {
        _bed = new PostgresTestbed(kind);
        _proxy = new CuttingProxy(PostgresTestbed.Server.Port);
    }

    [TearDown]
    public async Task TearDown()
    {
        // There is none where the database cannot be had.
        if (_proxy is null)
            return;
        await _proxy.DisposeAsync();
        await _bed.DisposeAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task AConnectionThatIsCutAnywhereLosesNothingAndStoresNothingTwice(bool isHeard)
    {
        // One command for each place, until a cut is planned behind the last message of a command.
        await using var hive = await HiveKinds.OpenAsync(kind, Address);
        var (place, unavailable) = (0, 0);
        do
        {
            _proxy.Cut(after: place, isHeard);
            var wish = Wishes.From("ana", Wishes.Bridge((ulong)place + 1));
            SubmitResult result;
            while ((result = await hive.SubmitAsync(wish)) is SubmitResult.Unavailable away)
            {
                away.MayBeStored.ShouldBeFalse(away.Reason);
                unavailable++;
            }
            result.ShouldBeOfType<SubmitResult.Accepted>().Position.ShouldBe(place + 1, $"cut after {place} messages");
            place++;
        } while (_proxy.HasCut);

        TestContext.Out.WriteLine($"{place - 1} places, {unavailable} commands sent again");
        place.ShouldBeGreaterThan(4, "a command is more than a message");
        await using var journal = new SqlJournal(HiveKinds.Of(kind).Journal(_bed.Address));
        var entries = await journal.ReadAsync(0, 1000, default);
        entries.Length.ShouldBe(place);
        for (var i = 1; i < entries.Length; i++)
            entries[i].Follows(entries[i - 1].Head).ShouldBeTrue();
        hive.Health.Alarms.ShouldBe(0);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhatBecameOfACommitWhoseAnswerWasLostIsFoundOut(bool isHeard, CancellationToken cancellation)
    {
        // The first, so that it is the one that writes where only one does.
        await using var hive = await HiveKinds.OpenAsync(kind, Address, cancellation);
        var other = await _bed.OpenAsync();
        for (var round = 1; round <= 20; round++)
        {
            _proxy.Cut(after: 0, isHeard, Commit);
            // The command itself is not told of the cut.
            var wish = Wishes.From("ana", Wishes.Bridge((ulong)round));
            var result = await hive.SubmitAsync(wish, cancellation);
            var answer = result.ShouldBeOfType<SubmitResult.Accepted>(result.ToString());
            _proxy.HasCut.ShouldBeTrue();
            answer.Position.ShouldBe(round);
            (await other.SubmitAsync(wish, cancellation)).ShouldBe(answer);
        }
        other.Replica.Topology.Bridges.Count.ShouldBe(20);
    }

    [Test]
    public async Task ADatabaseThatAnswersSlowlyHoldsNothingUpButCommands(CancellationToken cancellation)
    {
        var quick = await _bed.OpenAsync();
        await using var hive = await HiveKinds.OpenAsync(kind, Address, cancellation);
        _proxy.Delay = TimeSpan.FromMilliseconds(150);
        // Many more than there are threads: none of them waits for the server.
        var slow = Enumerable
            .Range(1, 200)
            .Select(async id => await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge((ulong)id)), cancellation))
            .ToList();
        (await quick.SubmitAsync(Wishes.From("ben", Wishes.Bridge(1000)), cancellation)).ShouldBeOfType<SubmitResult.Accepted>();
        hive.Replica.Topology.Bridges.Values.ShouldAllBe(bridge => bridge.Id != new BridgeId(2000));
        foreach (var result in await Task.WhenAll(slow))
            result.ShouldBeOfType<SubmitResult.Accepted>(result.ToString());
        hive.Replica.Topology.Bridges.Count.ShouldBeGreaterThanOrEqualTo(200);
    }

    [Test]
    public async Task ADatabaseThatGoesAwayAndComesBackIsFollowedFromWhereItWas(CancellationToken cancellation)
    {
        var other = await _bed.OpenAsync();
        var hive = await HiveKinds.OpenAsync(kind, Address, cancellation);
        await using var closing = hive;
        await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(1)), cancellation);
        PostgresTestbed.Server.Execute($"ALTER DATABASE {_bed.Database} ALLOW_CONNECTIONS false");
        PostgresTestbed.Server.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_bed.Database}'");

        var away = (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(2)), cancellation)).ShouldBeOfType<SubmitResult.Unavailable>();
        away.MayBeStored.ShouldBeFalse();
        away.Reason.ShouldContain(_bed.Database);
        hive.Replica.Topology.Bridges.Count.ShouldBe(1, "the network stays as it is");

        PostgresTestbed.Server.Execute($"ALTER DATABASE {_bed.Database} ALLOW_CONNECTIONS true");
        (await other.SubmitAsync(Wishes.From("ben", Wishes.Bridge(2)), cancellation)).ShouldBeOfType<SubmitResult.Accepted>();
        await foreach (var item in hive.FeedAsync(1, null, cancellation))
        {
            item.Head.Position.ShouldBe(2);
            break;
        }
        hive.Replica.Topology.Bridges.Count.ShouldBe(2);
        hive.Health.Alarms.ShouldBe(0);
    }
}
