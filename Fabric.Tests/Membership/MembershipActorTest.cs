using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Membership;

[TestFixture]
public sealed class MembershipActorTest
{
    private const string AllLive = "h0:Live h1:Live h2:Live";

    [Test]
    public void All_see_all_live_with_their_roles_and_positions_within_seconds() =>
        Tell(async world =>
        {
            world.Describe(1, topology => topology with { Position = 12 });
            world.Enforce(1);
            await world.PassAsync(6);
            for (var host = 0; host < 3; host++)
                world.Seen(host).ShouldBe(AllLive);
            var seen = world.Seen(by: 2, of: 1);
            (seen.Position, seen.InForce, seen.Roles, seen.Level).ShouldBe((12, 12, MemberRoles.Edge, CodecLevel.Current));
            seen.HeardAgo.ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromSeconds(1.5));
            seen.LeaseAge.ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromSeconds(11));
        });

    [Test]
    public void Who_waits_for_a_position_hears_of_it_long_before_the_next_heartbeat() =>
        Tell(async world =>
        {
            await world.PassAsync(6.1);
            var all = new HashSet<HostId> { MembershipWorld.IdOf(0), MembershipWorld.IdOf(1), MembershipWorld.IdOf(2) };
            var known = world[0].ReachedAsync(12, isInForce: false, all, CancellationToken.None);
            var inForce = world[0].ReachedAsync(12, isInForce: true, all, CancellationToken.None);
            await world.PassAsync(0.1);
            for (var host = 0; host < 3; host++)
            {
                world.Describe(host, topology => topology with { Position = 12 });
                (known.IsCompleted, inForce.IsCompleted).ShouldBe((false, false));
                world.Enforce(host);
                await world.PassAsync(0.1);
            }
            (known.IsCompletedSuccessfully, inForce.IsCompletedSuccessfully).ShouldBe((true, true));
        });

    [Test]
    public void What_is_known_but_not_in_force_is_told_apart_and_a_wait_can_be_given_up() =>
        Tell(async world =>
        {
            await world.PassAsync(6);
            HashSet<HostId> other = [MembershipWorld.IdOf(2)];
            using var giveUp = new CancellationTokenSource();
            var known = world[0].ReachedAsync(12, isInForce: false, other, CancellationToken.None);
            var inForce = world[0].ReachedAsync(12, isInForce: true, other, giveUp.Token);
            world.Describe(2, topology => topology with { Position = 12 });
            // By the heartbeat at the latest.
            await world.PassAsync(1.2);
            (known.IsCompletedSuccessfully, inForce.IsCompleted).ShouldBe((true, false));
            var member = world.Seen(by: 0, of: 2);
            (member.Position, member.InForce).ShouldBe((12, 10));
            giveUp.Cancel();
            await Should.ThrowAsync<OperationCanceledException>(() => inForce);
        });

    [Test]
    public void One_that_is_killed_is_unreachable_within_seconds_and_live_again_when_it_is_back() =>
        Tell(async world =>
        {
            await world.PassAsync(6);
            await world.KillAsync(2);
            await world.PassAsync(6);
            world.Seen(0).ShouldBe("h0:Live h1:Live h2:Unreachable");
            world.Seen(1).ShouldBe("h0:Live h1:Live h2:Unreachable");
            await world.PassAsync(100);
            world.Seen(0).ShouldBe("h0:Live h1:Live h2:Unreachable");
            world.Start(2);
            await world.PassAsync(6);
            for (var host = 0; host < 3; host++)
                world.Seen(host).ShouldBe(AllLive);
        });

    [Test]
    public void One_that_ends_by_its_own_will_is_unreachable_at_once() =>
        Tell(async world =>
        {
            await world.PassAsync(6);
            await world.StopAsync(2);
            await world.PassAsync(1.2);
            world.Seen(0).ShouldBe("h0:Live h1:Live h2:Unreachable");
        });

    [Test]
    public void While_the_database_is_away_nobody_dies_of_it_and_neither_when_it_comes_back() =>
        Tell(async world =>
        {
            await world.PassAsync(6);
            world.Leases.IsAway = true;
            for (var i = 0; i < 100; i++)
            {
                await world.PassAsync(1);
                world.Seen(0).ShouldBe(AllLive, $"{i} s");
            }
            world.Leases.IsAway = false;
            for (var i = 0; i < 40; i++)
            {
                await world.PassAsync(1);
                world.Seen(i % 3).ShouldBe(AllLive, $"{i} s after its return");
            }
        });

    [Test]
    public void Without_the_database_one_that_is_killed_is_found_out_all_the_same() =>
        Tell(async world =>
        {
            await world.PassAsync(6);
            world.Leases.IsAway = true;
            await world.KillAsync(1);
            await world.PassAsync(6);
            world.Seen(0).ShouldBe("h0:Live h1:Unreachable h2:Live");
        });

    [Test]
    public void Without_an_underlay_the_lease_alone_decides()
    {
        var world = new MembershipWorld(hasUnderlay: false);
        world.Run(async () =>
        {
            await world.PassAsync(6);
            world.Seen(0).ShouldBe(AllLive);
            world.Leases.IsAway = true;
            await world.PassAsync(60);
            world.Seen(0).ShouldBe(AllLive, "what is unknown changes nothing");
            world.Leases.IsAway = false;
            await world.KillAsync(2);
            await world.PassAsync(25);
            world.Seen(0).ShouldBe("h0:Live h1:Live h2:Unreachable");
        });
    }

    [Test]
    public void A_host_that_no_agent_ever_ran_on_is_no_member()
    {
        var world = new MembershipWorld();
        world.Run(async () =>
        {
            await world.StopAsync(2);
            await world.PassAsync(30);
            world.Seen(0).ShouldStartWith("h0:Live h1:Live");
        });
    }

    [Test]
    public void One_that_has_just_begun_misses_nobody_that_has_told_a_key()
    {
        var world = new MembershipWorld();
        world.Leases.IsAway = true;
        world.Run(async () =>
        {
            world.Seen(0).ShouldBe("h0:Live h1:Joining h2:Joining", "who waits for all hosts waits for these");
            await world.KillAsync(2);
            await world.PassAsync(2);
            world.Describe(0, topology => topology with { PeerKeys = topology.PeerKeys.Remove(MembershipWorld.IdOf(1)) });
            await world.StopAsync(0);
            world.Underlay.Cut.Add(MembershipWorld.AddressOf(1));
            world.Start(0);
            world.Seen(0).ShouldBe("h0:Live h2:Joining", "of the second host it knows of no agent");
            await world.PassAsync(3);
            world.Seen(0).ShouldBe("h0:Live h2:Joining");
            await world.PassAsync(3);
            world.Seen(0).ShouldBe("h0:Live h2:Unreachable", "it might have been heard by now");
            world.Start(2);
            await world.PassAsync(3);
            world.Seen(0).ShouldBe("h0:Live h2:Live");
        });
    }

    [Test]
    public void A_host_that_was_deleted_from_the_description_has_left_and_holds_nothing_up() =>
        Tell(async world =>
        {
            await world.PassAsync(6);
            await world.KillAsync(2);
            world.Describe(0, topology => topology with { Position = 20 });
            world.Describe(1, topology => topology with { Position = 20 });
            world.Enforce(0);
            world.Enforce(1);
            await world.PassAsync(6);
            world[0].PositionEverywhere.ShouldBe(10, "the dead one may forward yet, by what it knew");
            for (var host = 0; host < 2; host++)
                world.Describe(
                    host,
                    topology => TopologyEvolution.Apply(topology, new TopologyEvent.DeviceDeleted(MembershipWorld.IdOf(2)))
                );
            await world.PassAsync(2);
            world.Seen(0).ShouldBe("h0:Live h1:Live h2:Left");
            world[0].PositionEverywhere.ShouldBe(20);
        });

    [Test]
    public void A_view_tells_when_another_differs_in_more_than_positions() =>
        Tell(async world =>
        {
            await world.PassAsync(10);
            var view = world[0].View;
            world.Describe(1, topology => topology with { Position = 99 });
            await world.PassAsync(3);
            world.Seen(by: 0, of: 1).Position.ShouldBe(99);
            view.Changed.IsCompleted.ShouldBeFalse();
            await world.KillAsync(2);
            await world.PassAsync(6);
            view.Changed.IsCompleted.ShouldBeTrue();
            world[0].View.Changed.IsCompleted.ShouldBeFalse();
        });

    [Test]
    public void A_lossy_underlay_makes_nobody_unreachable() =>
        Tell(async world =>
        {
            await world.PassAsync(6);
            world.Underlay.Faults = Peers.PeerFaults.Many with { Loss = 5 };
            var isBad = 0;
            for (var i = 0; i < 300; i++)
            {
                await world.PassAsync(1);
                isBad += world.Seen(i % 3) == AllLive ? 0 : 1;
            }
            isBad.ShouldBeLessThanOrEqualTo(3);
        });

    private static void Tell(Func<MembershipWorld, Task> story)
    {
        var world = new MembershipWorld();
        world.Run(() => story(world));
    }
}
