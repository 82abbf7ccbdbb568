using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Membership;

/// <summary>Two agents with one name: who may start.</summary>
[TestFixture]
public sealed class LeaseTakingTest
{
    private static readonly LeaseHolder s_here = new("folder", "boot");

    private OneThreadScheduler _thread = null!;
    private MemoryLeases _leases = null!;

    [SetUp]
    public void SetUp()
    {
        _thread = new OneThreadScheduler(seed: 1);
        _leases = new MemoryLeases(_thread.Time);
    }

    [Test]
    public void The_second_is_refused_with_the_name_the_time_and_what_to_do() =>
        _thread.Run(async () =>
        {
            await TakeAsync(1, s_here);
            await PassAsync(3);
            var refused = await Should.ThrowAsync<MemberConflictException>(() => TakeAsync(2, new LeaseHolder("elsewhere", "boot")));
            refused.Message.ShouldBe(
                "another agent runs as host h1: it renewed its lease 3 s ago; stop it, or give this agent a name of its own; "
                    + "if it is gone for good, try again in 12 s"
            );
            refused.Other.Lease.Incarnation.ShouldBe(1ul);
        });

    [Test]
    public void One_that_was_killed_starts_again_at_once() =>
        _thread.Run(async () =>
        {
            await TakeAsync(1, s_here);
            var before = _thread.Time.GetUtcNow();
            await TakeAsync(2, s_here);
            _thread.Time.GetUtcNow().ShouldBe(before);
        });

    [Test]
    public void After_another_start_of_the_machine_it_waits_until_the_lease_ends() =>
        _thread.Run(async () =>
        {
            await TakeAsync(1, s_here);
            await PassAsync(5);
            var before = _thread.Time.GetUtcNow();
            await TakeAsync(2, s_here with { Boot = "the next" });
            (_thread.Time.GetUtcNow() - before).TotalSeconds.ShouldBeInRange(9, 12);
        });

    [Test]
    public void A_copy_of_its_folder_on_another_machine_is_found_out_by_the_renewal() =>
        _thread.Run(async () =>
        {
            await TakeAsync(1, s_here);
            var second = Should.ThrowAsync<MemberConflictException>(() => TakeAsync(2, s_here with { Boot = "other machine" }));
            await PassAsync(5);
            await TakeAsync(1, s_here);
            await second;
        });

    [Test]
    public void After_the_lease_ended_anybody_may_take_it() =>
        _thread.Run(async () =>
        {
            await TakeAsync(1, s_here);
            await PassAsync(15);
            await TakeAsync(2, new LeaseHolder("elsewhere", "boot"));
        });

    [Test]
    public void Without_the_database_an_agent_starts_all_the_same() =>
        _thread.Run(async () =>
        {
            _leases.IsAway = true;
            await TakeAsync(1, s_here);
        });

    private Task TakeAsync(ulong incarnation, LeaseHolder holder) =>
        LeaseLoop.TakeAsync(
            _leases,
            new Lease(new HostId(1), "h1", incarnation, holder, MemberRoles.All, 3, 0),
            _thread.Time,
            CancellationToken.None
        );

    private Task PassAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), _thread.Time);
}
