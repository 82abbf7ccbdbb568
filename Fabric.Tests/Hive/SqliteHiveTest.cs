using Fabric.Topology.Feed;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Hive;

[TestFixture]
public sealed class SqliteHiveTest : HiveConformance
{
    private SqliteTestbed Bed => (SqliteTestbed)Testbed;

    [Test]
    public async Task ABackupThatIsMovedIntoPlaceIsFollowedWithoutARestart(CancellationToken cancellation)
    {
        var (here, there) = (await Bed.OpenAsync(), await Bed.OpenAsync());
        await AcceptAsync(here, Wishes.Bridge(1));
        await Bed.BackupAsync();
        await AcceptAsync(here, Wishes.Bridge(2));
        await ReachAsync(there, 2, cancellation);
        await using var reader = there.FeedAsync(2, null, cancellation).GetAsyncEnumerator(cancellation);
        var next = reader.MoveNextAsync();

        Bed.RestoreByMoving();

        (await next).ShouldBeTrue();
        reader.Current.ShouldBeOfType<FeedItem.Resync>().Head.Position.ShouldBe(1);
        there.Health.LastAlarm!.Kind.ShouldBe(HiveAlarmKind.JournalReplaced);
        (await AcceptAsync(there, Wishes.Bridge(3))).Position.ShouldBe(2);
        (await AcceptAsync(here, Wishes.Port(1, bridge: 3))).Position.ShouldBe(3);
        await ReachAsync(there, 3, cancellation);
        there.Replica.Topology.ShouldEqual(here.Replica.Topology);
    }

    [Test]
    public async Task WithAFullDiskCommandsAreRefusedInOneSentenceAndTheNetworkStays(CancellationToken cancellation)
    {
        Bed.MaxPages = 32;
        var hive = await Bed.OpenAsync();
        var reason = new string('x', 1000);
        SubmitResult result = new SubmitResult.Accepted(0, []);
        ulong accepted = 0;
        while (result is SubmitResult.Accepted)
        {
            result = await hive.SubmitAsync(Wishes.From("ana", Wishes.Bridge(accepted + 1), reason), cancellation);
            accepted += result is SubmitResult.Accepted ? 1ul : 0;
        }
        var full = result.ShouldBeOfType<SubmitResult.Unavailable>();
        full.MayBeStored.ShouldBeFalse();
        full.Reason.ShouldContain("no room");
        full.Reason.ShouldContain(Bed.Path);
        hive.Replica.Topology.Bridges.Count.ShouldBe((int)accepted);

        Bed.MaxPages = 0;
        var other = await Bed.OpenAsync();
        other.Replica.Topology.ShouldEqual(hive.Replica.Topology);
        (await AcceptAsync(other, Wishes.Bridge(accepted + 1))).Position.ShouldBe((long)accepted + 1);
    }

    [Test]
    public async Task AHiveThatCannotBeOpenedSaysWhichFile(CancellationToken cancellation)
    {
        var path = Path.Combine(Path.GetDirectoryName(Bed.Path)!, "nowhere", "journal.db");
        var failure = await Should.ThrowAsync<Topology.Journal.JournalException>(async () =>
            await new SqlHiveFactory().OpenAsync(path, new HiveOptions(), cancellation)
        );
        failure.Message.ShouldContain(path);
    }

    private protected override HiveTestbed NewTestbed() => new SqliteTestbed();
}
