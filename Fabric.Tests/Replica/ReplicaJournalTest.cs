using Fabric.Tests.Hive;
using Fabric.Tests.Journal;
using Fabric.Topology.Feed;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Replica;

[TestFixture]
public sealed class ReplicaJournalTest
{
    private DirectoryInfo _directory = null!;

    private string SnapshotPath => Path.Combine(_directory.FullName, "replica.snapshot");

    private string TailPath => Path.Combine(_directory.FullName, "replica.tail");

    [SetUp]
    public void SetUp() => _directory = Directory.CreateTempSubdirectory("fabric-replica-");

    [TearDown]
    public void TearDown() => _directory.Delete(recursive: true);

    [Test]
    public async Task WhatWasKeptIsLoadedAndGoesOn()
    {
        var states = await KeepAsync(saveAt: 3, count: 8);
        (await LoadAsync())!.Head.ShouldBe(states[8].Head);

        await using (var journal = new ReplicaJournal(_directory.FullName))
        {
            var loaded = (await journal.LoadAsync(default))!;
            await journal.AppendAsync(Next(loaded), default);
        }
        (await LoadAsync())!.Head.Position.ShouldBe(9);
    }

    [Test]
    public async Task ATailThatIsTornAnywhereGivesTheStateBeforeTheTear()
    {
        var states = await KeepAsync(saveAt: 2, count: 5);
        var whole = await File.ReadAllBytesAsync(TailPath);
        long last = 2;
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(TailPath, whole[..length]);
            var state = (await LoadAsync())!;
            state.Head.ShouldBe(states[(int)state.Head.Position].Head);
            state.Topology.ShouldEqual(states[(int)state.Head.Position].Topology);
            state.Head.Position.ShouldBeGreaterThanOrEqualTo(last);
            last = state.Head.Position;
        }
        last.ShouldBe(5);
    }

    [Test]
    public async Task AByteThatIsTurnedAnywhereNeverGivesAStateThatNeverWas()
    {
        var states = await KeepAsync(saveAt: 2, count: 4);
        var files = new[] { SnapshotPath, TailPath }.ToDictionary(path => path, File.ReadAllBytes);
        foreach (var (path, whole) in files)
        {
            for (var at = 0; at < whole.Length; at++)
            {
                var turned = whole.ToArray();
                turned[at] ^= 0x40;
                await File.WriteAllBytesAsync(path, turned);
                if (await LoadOrPutAsideAsync() is { } state)
                    state.Topology.ShouldEqual(states[(int)state.Head.Position].Topology);
                foreach (var (each, bytes) in files)
                    await File.WriteAllBytesAsync(each, bytes);
                (await LoadAsync())!.Head.ShouldBe(states[4].Head);
            }
        }
    }

    [Test]
    public async Task ASnapshotThatCannotBeReadIsNamedAndPutAsideWithItsTail()
    {
        await KeepAsync(saveAt: 2, count: 4);
        var snapshot = await File.ReadAllBytesAsync(SnapshotPath);
        snapshot[^1] ^= 1;
        await File.WriteAllBytesAsync(SnapshotPath, snapshot);
        var tail = await File.ReadAllBytesAsync(TailPath);

        var damage = await Should.ThrowAsync<InvalidDataException>(LoadAsync);

        damage.Message.ShouldContain($"{SnapshotPath}.damaged");
        damage.Message.ShouldContain("changed since they were written");
        (await File.ReadAllBytesAsync($"{SnapshotPath}.damaged")).ShouldBe(snapshot);
        (await File.ReadAllBytesAsync($"{TailPath}.damaged")).ShouldBe(tail);
        (await LoadAsync()).ShouldBeNull();
    }

    [Test]
    public async Task ASnapshotThatWasRenamedBeforeTheTailWasEmptiedIsRight()
    {
        var states = await KeepAsync(saveAt: 0, count: 6);
        var tail = await File.ReadAllBytesAsync(TailPath);
        await using (var journal = new ReplicaJournal(_directory.FullName))
            await journal.SaveAsync(states[4], default);
        await File.WriteAllBytesAsync(TailPath, tail);
        (await LoadAsync())!.Head.ShouldBe(states[6].Head);
    }

    [Test]
    public async Task ANodeThatHasNothingLoadsNothing() => (await LoadAsync()).ShouldBeNull();

    /// <summary>Keeps entries 1 to a number, with the snapshot at one of them; tells the state at each position.</summary>
    private async Task<List<ReplicaState>> KeepAsync(int saveAt, int count)
    {
        var states = new List<ReplicaState> { ReplicaState.Start };
        await using var journal = new ReplicaJournal(_directory.FullName);
        for (var i = 0; i <= count; i++)
        {
            if (i > 0)
            {
                var item = Next(states[^1]);
                var replica = new TopologyReplica(states[^1]);
                replica.Apply([item]);
                states.Add(replica.State);
                await journal.AppendAsync(item, default);
            }
            if (i == saveAt)
                await journal.SaveAsync(states[^1], default);
        }
        return states;
    }

    private async Task<ReplicaState?> LoadOrPutAsideAsync()
    {
        try
        {
            return await LoadAsync();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private async Task<ReplicaState?> LoadAsync()
    {
        await using var journal = new ReplicaJournal(_directory.FullName);
        return await journal.LoadAsync(default);
    }

    private static FeedItem.Stored Next(ReplicaState state)
    {
        var stored = Entries.After(state.Head, 1)[0];
        return new FeedItem.Stored(stored.Open(), stored.Hash);
    }
}
