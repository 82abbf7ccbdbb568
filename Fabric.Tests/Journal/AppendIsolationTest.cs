using System.Diagnostics;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Tests.Hive;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Journal;

public class AppendIsolationTest
{
    [Test]
    public void ACommandThatCannotBeDecidedFailsAloneAndTheOthersOfItsGroupAreStored()
    {
        var thread = new OneThreadScheduler(seed: 1);
        var disk = new MemoryDisk();
        thread.Run(async () =>
        {
            var journal = new MemoryJournal(disk, thread.Runtime);
            var replica = new TopologyReplica(ReplicaState.Start);
            var health = new HiveHealth();
            await using var feed = new FeedActor(thread.Runtime, journal, replica, health, windowLimit: 16);
            await using var append = new AppendActor(new HiveOptions { Runtime = thread.Runtime }, journal, replica, feed, health);

            Task<StoreOutcome>[] answers =
            [
                append.StoreAsync(Undecided(Wishes.Bridge(1))),
                append.StoreAsync(Undecided(new TopologyCommand.PutDevice(new Unheard()))),
                append.StoreAsync(Undecided(Wishes.Bridge(2))),
            ];

            (await answers[0]).ShouldBeOfType<StoreOutcome.Fulfilled>().Position.ShouldBe(1);
            await Should.ThrowAsync<UnreachableException>(answers[1]);
            (await answers[2]).ShouldBeOfType<StoreOutcome.Fulfilled>().Position.ShouldBe(2);
            health.Groups.ShouldBe(1, "they were in one group, or this shows nothing");
            disk.Entries.Length.ShouldBe(2);
        });
    }

    /// <summary>Decided at a place that is not the head, so it is decided again.</summary>
    private static Proposal Undecided(TopologyCommand command) =>
        new(Wishes.From("ana", command), new JournalHead(7, default), default, CancellationToken.None);

    /// <summary>A kind of device that no rule knows.</summary>
    private sealed record Unheard : Device
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public Unheard() => Name = new DeviceName("t", "unheard");

        public override DeviceRef Ref => new(DeviceKind.Bridge, 9);

        public override IEnumerable<DeviceRef> References => [];
    }
}
