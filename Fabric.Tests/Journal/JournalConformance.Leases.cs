using Fabric.Devices;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Journal;

public abstract partial class JournalConformance
{
    private static readonly LeaseHolder s_here = new("folder of h1", "this boot");

    private static Lease LeaseOf(ulong incarnation, ulong host = ulong.MaxValue, long position = 5) =>
        new(new HostId(host), $"h{host % 10}", incarnation, s_here, MemberRoles.Edge | MemberRoles.Api, 3, position);

    [Test]
    public async Task ALeaseIsReadAsItWasWrittenByAnyConnection(CancellationToken cancellation)
    {
        (await Journal.RenewAsync(LeaseOf(ulong.MaxValue), 0, cancellation)).ShouldBeNull();
        (await Journal.RenewAsync(LeaseOf(2, host: 7), 0, cancellation)).ShouldBeNull();
        await using var other = Open();
        var rows = await other.ReadLeasesAsync(cancellation);
        rows.Select(row => row.Lease).ShouldBe([LeaseOf(2, host: 7), LeaseOf(ulong.MaxValue)]);
        rows.ShouldAllBe(row => row.IsFresh && row.Age >= TimeSpan.Zero);
        // Beside the journal and no part of it.
        (await other.ReadHeadAsync(cancellation)).Position.ShouldBe(0);
    }

    [Test]
    public async Task AFreshLeaseKeepsAnotherIncarnationOutUnlessThatKnowsBetter(CancellationToken cancellation)
    {
        await Journal.RenewAsync(LeaseOf(1), 0, cancellation);
        await using var other = Open();
        (await other.RenewAsync(LeaseOf(2), 0, cancellation)).ShouldNotBeNull().Lease.ShouldBe(LeaseOf(1));
        (await other.RenewAsync(LeaseOf(2), 77, cancellation)).ShouldNotBeNull("it is not that one which is known to be dead");
        (await Journal.RenewAsync(LeaseOf(1, position: 9), 0, cancellation)).ShouldBeNull();
        (await other.ReadLeasesAsync(cancellation)).ShouldHaveSingleItem().Lease.Position.ShouldBe(9);

        (await other.RenewAsync(LeaseOf(2), 1, cancellation)).ShouldBeNull();
        (await Journal.RenewAsync(LeaseOf(1), 0, cancellation)).ShouldNotBeNull().Lease.Incarnation.ShouldBe(2ul);
    }

    [Test]
    public async Task ALeaseThatGrewOldOrWasGivenBackIsFree(CancellationToken cancellation)
    {
        await Journal.RenewAsync(LeaseOf(1), 0, cancellation);
        Execute("UPDATE lease SET renewed = renewed - 14000");
        (await Journal.RenewAsync(LeaseOf(2), 0, cancellation)).ShouldNotBeNull();
        Execute("UPDATE lease SET renewed = renewed - 1000");
        (await Journal.ReadLeasesAsync(cancellation))[0].IsFresh.ShouldBeFalse();
        (await Journal.RenewAsync(LeaseOf(2), 0, cancellation)).ShouldBeNull();

        // Only its own incarnation gives it back.
        await Journal.ReleaseAsync(LeaseOf(1).Host, 1, cancellation);
        (await Journal.RenewAsync(LeaseOf(3), 0, cancellation)).ShouldNotBeNull();
        await Journal.ReleaseAsync(LeaseOf(2).Host, 2, cancellation);
        var row = (await Journal.ReadLeasesAsync(cancellation)).ShouldHaveSingleItem();
        (row.IsReleased, row.IsFresh).ShouldBe((true, false));
        (await Journal.RenewAsync(LeaseOf(3), 0, cancellation)).ShouldBeNull();
        (await Journal.ReadLeasesAsync(cancellation))[0].IsFresh.ShouldBeTrue();
    }

    [Test]
    public async Task OfManyThatWantOneLeaseAtOnceOneHasIt(CancellationToken cancellation)
    {
        var journals = Enumerable.Range(0, 8).Select(_ => Open()).ToList();
        var taken = await Task.WhenAll(
            journals.Select(
                (journal, i) => Task.Run(() => journal.RenewAsync(LeaseOf((ulong)i + 1), 0, cancellation).AsTask(), cancellation)
            )
        );
        taken.Count(other => other is null).ShouldBe(1);
        foreach (var journal in journals)
            await journal.DisposeAsync();
    }
}
