using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Tests.Hive;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Membership;

/// <summary>An agent of an older release takes part: nothing is written that it could not read.</summary>
[CancelAfter(300_000)]
public sealed class RollingUpgradeTest
{
    private static readonly HostId s_old = new(9);

    private DirectoryInfo _folder = null!;

    private string Journal => Path.Combine(_folder.FullName, "journal.db");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-upgrade-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    public async Task WhatAnOldMemberDoesNotReadIsRefusedAndAllElseIsStoredUntilItIsUpgradedOrLeaves(CancellationToken cancellation)
    {
        var options = new HiveOptions { Holder = new LeaseHolder("folder", "boot") };
        await using var hive = await new SqlHiveFactory().OpenAsync(Journal, options, cancellation);
        (
            await SubmitAsync(new TopologyCommand.PutDevice(new Host { Id = s_old, Name = new DeviceName("", "old") }))
        ).ShouldBeOfType<SubmitResult.Accepted>();
        await RenewAsync(level: 2, cancellation);
        await SeesAsync(hive, level: 2, cancellation);

        var refused = (await SubmitAsync(KeyIt())).ShouldBeOfType<SubmitResult.Rejected>().Rejection;
        refused.Reason.ShouldBe(RejectionReason.TooNew);
        refused.Message.ShouldBe(
            "The change takes a program of level 3 to read, and the agent of host 'old' is of level 2: upgrade that agent, or delete the host if it is gone for good"
        );
        // Nothing new in it: the old one reads it.
        (
            await SubmitAsync(new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId(1), Name = new DeviceName("acme", "lan") }))
        ).ShouldBeOfType<SubmitResult.Accepted>();

        await RenewAsync(CodecLevel.Current, cancellation);
        await SeesAsync(hive, CodecLevel.Current, cancellation);
        (await SubmitAsync(KeyIt())).ShouldBeOfType<SubmitResult.Accepted>();

        async Task<SubmitResult> SubmitAsync(TopologyCommand command) => await hive.SubmitAsync(Wishes.From("ana", command), cancellation);
    }

    [Test]
    public void TheLowestLevelIsThatOfAnyWhoHasNotLeftAndHasToldOne()
    {
        Lowest((MemberState.Live, CodecLevel.Current), (MemberState.Live, CodecLevel.Current)).ShouldBe(LowestLevel.Own);
        Lowest((MemberState.Live, CodecLevel.Current), (MemberState.Unreachable, 2)).ShouldBe(new LowestLevel(2, "h1"));
        Lowest((MemberState.Joining, 1), (MemberState.Unreachable, 2)).ShouldBe(new LowestLevel(1, "h0"));
        Lowest((MemberState.Live, CodecLevel.Current), (MemberState.Left, 1)).ShouldBe(LowestLevel.Own);
        Lowest((MemberState.Live, CodecLevel.Current), (MemberState.Joining, 0)).ShouldBe(LowestLevel.Own);
        Lowest((MemberState.Live, CodecLevel.Current), (MemberState.Live, CodecLevel.Current + 1)).ShouldBe(LowestLevel.Own);
    }

    private static LowestLevel Lowest(params (MemberState State, int Level)[] members) =>
        LowestLevel.Of([
            .. members.Select(
                (member, i) => new Member(new HostId((ulong)i + 1), $"h{i}", member.State, MemberRoles.All) { Level = member.Level }
            ),
        ]);

    private static TopologyCommand KeyIt()
    {
        using var key = PeerKeyPair.Create();
        return new TopologyCommand.KeyHost(s_old, key.Public);
    }

    /// <summary>What an agent of another release does every five seconds.</summary>
    private async Task RenewAsync(int level, CancellationToken cancellation)
    {
        await using var journal = new SqlJournal(new SqlJournalOptions(Journal));
        var lease = new Lease(s_old, "old", Incarnation: 1, new LeaseHolder("elsewhere", "boot"), MemberRoles.All, level, 1);
        (await journal.RenewAsync(lease, replaced: 1, cancellation)).ShouldBeNull();
    }

    private static async Task SeesAsync(IHive hive, int level, CancellationToken cancellation)
    {
        while (hive.Membership.View.Members.SingleOrDefault(member => member.Host == s_old)?.Level != level)
            await Task.Delay(10, cancellation);
    }
}
