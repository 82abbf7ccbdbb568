using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

/// <summary>What a hive does when its journal fails; one thread, so that every story is the same each time.</summary>
[TestFixture]
public sealed class FaultyJournalTest
{
    private OneThreadScheduler _thread = null!;
    private MemoryDisk _disk = null!;

    [SetUp]
    public void SetUp()
    {
        _thread = new OneThreadScheduler(seed: 1);
        _disk = new MemoryDisk();
    }

    [TestCase(CommitFault.AnswerLostAfterStoring)]
    [TestCase(CommitFault.AnswerLostBeforeStoring)]
    [TestCase(CommitFault.StoredLate)]
    public void AnOutcomeThatIsUnknownIsFoundOutAndNotGuessed(object fault) =>
        Tell(async hive =>
        {
            await AcceptAsync(hive, 1);
            _disk.Plan((CommitFault)fault);
            var accepted = await AcceptAsync(hive, 2);
            accepted.Position.ShouldBe(2);
            accepted.Versions.ShouldBe([new DeviceVersion(new BridgeId(2), 1)]);
            _disk.Entries.Length.ShouldBe(2);
        });

    [Test]
    public void AJournalThatGoesAwayInTheMiddleOfACommitIsAskedWhenItIsBack() =>
        Tell(async hive =>
        {
            _disk.Plan(CommitFault.AnswerLostAfterStoring);
            _disk.CommitTime = TimeSpan.FromMilliseconds(10);
            var request = Wishes.From("ana", Wishes.Bridge(1));
            var waiting = hive.SubmitAsync(request).AsTask();
            await PassAsync(5);
            _disk.IsAway = true; // the commit that runs still ends, but nobody can be asked about it
            await PassAsync(3000);
            waiting.IsCompleted.ShouldBeFalse();
            _disk.IsAway = false;
            (await waiting).ShouldBeOfType<SubmitResult.Accepted>().Position.ShouldBe(1);
        });

    [Test]
    public void WhenPatienceEndsTheAnswerIsThatItMayBeStoredAndTheSameRequestFindsOut() =>
        Tell(async hive =>
        {
            _disk.Plan(CommitFault.AnswerLostAfterStoring);
            _disk.CommitTime = TimeSpan.FromMilliseconds(10);
            var request = Wishes.From("ana", Wishes.Bridge(1));
            var waiting = hive.SubmitAsync(request).AsTask();
            await PassAsync(5);
            _disk.IsAway = true;
            (await waiting).ShouldBeOfType<SubmitResult.Unavailable>().MayBeStored.ShouldBeTrue();
            _disk.IsAway = false;
            (await hive.SubmitAsync(request)).ShouldBeOfType<SubmitResult.Accepted>().Position.ShouldBe(1);
            _disk.Entries.Length.ShouldBe(1);
        });

    [Test]
    public void AnAnswerThatRestsOnAnEarlierCommitWaitsForOneOfItsOwn() =>
        Tell(async hive =>
        {
            var request = Wishes.From("ana", Wishes.Bridge(1));
            var answer = await hive.SubmitAsync(request);
            _disk.Plan([.. Enumerable.Repeat(CommitFault.Refused, 250)]);
            (await hive.SubmitAsync(request)).ShouldBeOfType<SubmitResult.Unavailable>().MayBeStored.ShouldBeTrue();
            (await hive.SubmitAsync(request)).ShouldBe(answer);
        });

    [TestCase(CommitFault.Refused)]
    [TestCase(CommitFault.Full)]
    public void ACommitThatIsRefusedForCertainIsToldAtOnceAndTheNextGoesOn(object fault) =>
        Tell(async hive =>
        {
            _disk.Plan((CommitFault)fault);
            var away = (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(1)))).ShouldBeOfType<SubmitResult.Unavailable>();
            away.MayBeStored.ShouldBeFalse();
            hive.Health.Failure.ShouldBe(away.Reason);
            hive.Replica.Topology.Bridges.ShouldBeEmpty();
            (await AcceptAsync(hive, 2)).Position.ShouldBe(1);
            hive.Health.Failure.ShouldBeNull();
        });

    [Test]
    public void ARefusalThatRestsOnAChangeThatWasNotStoredIsNotGiven() =>
        Tell(async hive =>
        {
            await AcceptAsync(hive, 1);
            _disk.CommitTime = TimeSpan.FromMilliseconds(10);
            var first = hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(2))).AsTask();
            await PassAsync(1);
            // These two share the next transaction: the bridge goes, so the port is refused; but then the bridge does not go.
            var gone = hive.SubmitAsync(Wishes.From("ben", Wishes.NoBridge(1))).AsTask();
            await PassAsync(1);
            var port = hive.SubmitAsync(Wishes.From("cleo", Wishes.Port(1, 1))).AsTask();
            await PassAsync(1);
            _disk.Plan(CommitFault.None, CommitFault.Refused);
            await first;
            (await gone).ShouldBeOfType<SubmitResult.Unavailable>();
            (await port).ShouldBeOfType<SubmitResult.Unavailable>();
        });

    [Test]
    public void OneRequestUnderTwoCommandsIsStoredOnceAndHarmsNobodyElse() =>
        Tell(async hive =>
        {
            _disk.CommitTime = TimeSpan.FromMilliseconds(10);
            var first = AcceptAsync(hive, 1);
            await PassAsync(5);
            // These three share the next transaction.
            var request = Wishes.From("ana", Wishes.Bridge(2));
            var one = hive.SubmitAsync(request).AsTask();
            var other = hive.SubmitAsync(request with { Command = Wishes.Bridge(3) }).AsTask();
            var bystander = AcceptAsync(hive, 4);
            await first;
            (await one).ShouldBe(await other);
            await bystander;
            _disk.Entries.Length.ShouldBe(3);
        });

    [Test]
    public void CommandsThatWaitShareATransaction() =>
        Tell(async hive =>
        {
            _disk.CommitTime = TimeSpan.FromMilliseconds(10);
            await Task.WhenAll(Enumerable.Range(1, 100).Select(id => AcceptAsync(hive, (ulong)id)));
            hive.Health.StoredEntries.ShouldBe(100);
            hive.Health.Groups.ShouldBeLessThan(10);
        });

    [Test]
    public void WhileTheJournalIsAwayCommandsAreRefusedAndAfterwardsAllGoesOn() =>
        Tell(async hive =>
        {
            await AcceptAsync(hive, 1);
            _disk.IsAway = true;
            for (var i = 0; i < 3; i++)
            {
                var away = (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(2)))).ShouldBeOfType<SubmitResult.Unavailable>();
                (away.MayBeStored, away.Reason).ShouldBe((false, "memory is away"));
                await PassAsync(60_000);
            }
            hive.Replica.Topology.Bridges.Count.ShouldBe(1);
            _disk.IsAway = false;
            (await AcceptAsync(hive, 2)).Position.ShouldBe(2);
            hive.Health.Alarms.ShouldBe(0);
        });

    [Test]
    public void AnEmptyJournalDoesNotEmptyTheNetwork() =>
        Tell(async hive =>
        {
            await AcceptAsync(hive, 1);
            var held = _disk.Entries;
            _disk.Replace([]);
            (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(2)))).ShouldBeOfType<SubmitResult.Unavailable>();
            await PassAsync(1000);
            hive.Replica.Topology.Bridges.Count.ShouldBe(1);
            hive.Health.Failure!.ShouldContain("restore a backup");
            _disk.Replace(held);
            (await AcceptAsync(hive, 2)).Position.ShouldBe(2);
        });

    [Test]
    public void ADamagedEntryStopsTheReplicaBeforeIt() =>
        Tell(async hive =>
        {
            await AcceptAsync(hive, 1);
            var next = Entries.After(_disk.Entries[^1].Head, 3);
            next[1] = next[1] with { Author = "eve" };
            _disk.Replace([.. _disk.Entries, .. next]);
            await PassAsync(1000);
            hive.Replica.Topology.Position.ShouldBe(2);
            hive.Health.Failure!.ShouldContain("entry 3");
            hive.Health.LastAlarm!.Kind.ShouldBe(HiveAlarmKind.JournalUnreadable);
            var away = (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(9)))).ShouldBeOfType<SubmitResult.Unavailable>();
            away.Reason.ShouldContain("entry 3");
            _disk.Entries.Length.ShouldBe(4, "nothing is stored after what cannot be read");
        });

    [Test]
    public void ASnapshotThatFindsNoRoomIsToldAsThatAndNotAsAJournalThatDoesNotStore() =>
        Tell(async hive =>
        {
            _disk.RefusesSnapshots = true;
            await AcceptAsync(hive, 1);
            await PassAsync(100);
            hive.Health.SnapshotFailure.ShouldBe("no room for a snapshot");
            hive.Health.Failure.ShouldBeNull();

            _disk.RefusesSnapshots = false;
            await AcceptAsync(hive, 2);
            await PassAsync(100);
            hive.Health.SnapshotFailure.ShouldBeNull();
        });

    [Test]
    public void OldSnapshotsGoAndThePastStays() =>
        Tell(async hive =>
        {
            for (ulong bridge = 1; bridge <= 64; bridge++)
                await AcceptAsync(hive, bridge);
            await PassAsync(100);

            _disk.SnapshotPositions.ShouldBe([16, 32, 40, 48, 52, 56, 58, 60, 61, 62, 63, 64]);
            for (var position = 0; position <= 64; position++)
                (await hive.ReadPastAsync(position)).Bridges.Count.ShouldBe(position);
        });

    private void Tell(Func<IHive, Task> story) =>
        _thread.Run(async () =>
        {
            await using var hive = await SqlHive.OpenAsync(
                new MemoryJournal(_disk, _thread.Runtime),
                new HiveOptions { Runtime = _thread.Runtime, SnapshotEvery = 1 }
            );
            await story(hive);
        });

    private Task PassAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _thread.Time);

    private static async Task<SubmitResult.Accepted> AcceptAsync(IHive hive, ulong bridge) =>
        (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(bridge)))).ShouldBeOfType<SubmitResult.Accepted>();
}
