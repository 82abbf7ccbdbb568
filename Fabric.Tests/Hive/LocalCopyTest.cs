using Fabric.Tests.Actors;
using Fabric.Tests.Journal;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Hive;

/// <summary>A node that keeps its own copy starts without its journal.</summary>
[TestFixture]
public sealed class LocalCopyTest
{
    private OneThreadScheduler _thread = null!;
    private MemoryDisk _disk = null!;
#pragma warning disable NUnit1032 // The hive that opens it disposes it.
    private MemoryReplicaStore _copy = null!;
#pragma warning restore NUnit1032

    [SetUp]
    public void SetUp()
    {
        _thread = new OneThreadScheduler(seed: 1);
        _disk = new MemoryDisk();
        _copy = new MemoryReplicaStore();
    }

    [Test]
    public void ANodeStartsFromItsCopyWhenTheJournalIsAwayAndCatchesUpWhenItIsBack() =>
        _thread.Run(async () =>
        {
            await using (var before = await OpenAsync(_copy))
                await PutAsync(before, 1, 5);
            await using (var other = await OpenAsync(null))
                await PutAsync(other, 6, 8);
            _disk.IsAway = true;

            await using var hive = await OpenAsync(_copy);
            hive.Replica.Topology.Bridges.Count.ShouldBe(5);
            (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(9)))).ShouldBeOfType<SubmitResult.Unavailable>();
            _disk.IsAway = false;
            await PassAsync(1000);
            hive.Replica.Topology.Bridges.Count.ShouldBe(8);
            await PutAsync(hive, 9, 9);
            hive.Health.Alarms.ShouldBe(0);
        });

    [Test]
    public void ANodeDoesNotWaitLongForAJournalThatDoesNotAnswer() =>
        _thread.Run(async () =>
        {
            await using (var before = await OpenAsync(_copy))
                await PutAsync(before, 1, 5);
            _disk.IsSilent = true;
            var started = _thread.Time.GetTimestamp();

            await using var hive = await OpenAsync(_copy);

            _thread.Time.GetElapsedTime(started).ShouldBe(new HiveOptions().StartPatience);
            hive.Replica.Topology.Bridges.Count.ShouldBe(5);
            hive.Health.Failure!.ShouldContain("no answer within 3 s");
        });

    [Test]
    public void ACopyThatTheJournalDoesNotHoldIsNoBeginAndNeitherIsAnEmptyJournal() =>
        _thread.Run(async () =>
        {
            await using (var before = await OpenAsync(_copy))
                await PutAsync(before, 1, 5);
            _disk.Replace([]);
            await using (var headless = await OpenAsync(_copy))
            {
                await PassAsync(1000);
                headless.Replica.Topology.Bridges.Count.ShouldBe(5);
                headless.Health.Failure!.ShouldContain("is empty");
            }
            _disk.Replace([.. Entries.After(JournalHead.Start, 2)]);
            await using var moved = await OpenAsync(_copy);
            moved.Replica.Topology.Bridges.Count.ShouldBe(2);
            moved.Health.LastAlarm!.Ours.Position.ShouldBe(5);
        });

    [Test]
    public void WithoutACopyAndWithoutAJournalThereIsNothingToStartFrom() =>
        _thread.Run(async () =>
        {
            _disk.IsAway = true;
            await Should.ThrowAsync<JournalException>(() => OpenAsync(_copy));
        });

    [Test]
    public void AJournalThatWasRestoredWhileTheNodeWasDownIsFoundOut() =>
        _thread.Run(async () =>
        {
            await using (var before = await OpenAsync(_copy))
            {
                await PutAsync(before, 1, 2);
                var backup = _disk.Entries;
                await PutAsync(before, 3, 4);
                await PassAsync(10);
                _disk.Replace(backup);
            }
            await using var hive = await OpenAsync(_copy);
            await PassAsync(1000);
            hive.Health.LastAlarm!.Kind.ShouldBe(HiveAlarmKind.JournalReplaced);
            hive.Replica.Topology.Bridges.Count.ShouldBe(2);
            _copy.State!.Head.ShouldBe(_disk.Entries[^1].Head);
        });

    [Test]
    public void ACopyThatCannotBeWrittenHarmsNothingAndIsTriedAgain() =>
        _thread.Run(async () =>
        {
            await using var hive = await OpenAsync(_copy);
            _copy.IsFull = true;
            await PutAsync(hive, 1, 3);
            await PassAsync(100);
            hive.Health.LocalCopyFailure.ShouldBe("no room");
            _copy.IsFull = false;
            await PassAsync(6000);
            _copy.State!.Head.Position.ShouldBe(3);
            hive.Health.LocalCopyFailure.ShouldBeNull();
        });

    private Task<IHive> OpenAsync(IReplicaStore? copy) =>
        SqlHive.OpenAsync(new MemoryJournal(_disk, _thread.Runtime), new HiveOptions { Runtime = _thread.Runtime, LocalCopy = copy });

    private async Task PutAsync(IHive hive, ulong first, ulong last)
    {
        for (var id = first; id <= last; id++)
            (await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(id)))).ShouldBeOfType<SubmitResult.Accepted>();
        await PassAsync(10);
    }

    private Task PassAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _thread.Time);
}
