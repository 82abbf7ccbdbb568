using Fabric.Tests.Peers;

namespace Fabric.Tests.Feed;

/// <summary>Nodes that follow other nodes instead of the database.</summary>
[TestFixture]
public sealed class RelayTest
{
    [Test]
    public void A_tree_follows_the_journal_and_only_its_root_uses_the_database() =>
        Tell(async world =>
        {
            await world.BeginAsync(5);
            await world.StartAsync(1, 0);
            await world.StartAsync(2, 0);
            await world.StartAsync(3, 1, 2);
            await world.StartAsync(4, 2, 1);
            await world.PassAsync(5);
            world.Sources().ShouldBe("0< 1<0 2<0 3<1 4<2");
            // A wait for the database that had begun before ends with the first change.
            await world.ChangeAsync(0);
            await world.PassAsync(1);
            int[] uses = [.. Enumerable.Range(0, 5).Select(world.UsesOf)];
            for (var i = 0; i < 20; i++)
            {
                await world.ChangeAsync(0);
                await world.PassAsync(0.05);
                world.ShouldAgree($"50 ms after change {i}");
            }
            world.UsesOf(0).ShouldBeGreaterThan(uses[0]);
            for (var node = 1; node < 5; node++)
                world.UsesOf(node).ShouldBe(uses[node], $"node {node} is fed");
            await world.PassAsync(2);
            var reach = world[0].Relay!.Reach;
            (reach.Nodes, reach.Position).ShouldBe((5, world[0].Replica.Topology.Position), "how far all are is told up the tree");
            world[0].Relay!.Followers.ShouldBe(2);
        });

    [Test]
    public void Any_node_takes_commands_and_what_it_stored_goes_round() =>
        Tell(async world =>
        {
            await world.BeginAsync(3);
            await world.StartAsync(1, 0);
            await world.StartAsync(2, 1);
            await world.PassAsync(3);
            for (var i = 0; i < 10; i++)
                await world.ChangeAsync(i % 3);
            await world.PassAsync(1);
            world.ShouldAgree();
        });

    [Test]
    public void Loss_of_a_relay_heals_by_itself() =>
        Tell(async world =>
        {
            await world.BeginAsync(4);
            await world.StartAsync(1, 0);
            await world.StartAsync(2, 0);
            await world.StartAsync(3, 1, 2);
            await world.PassAsync(3);
            await world.StopAsync(1);
            await world.ChangeAsync(0);
            await world.PassAsync(4.5);
            world.ShouldAgree("the other relay feeds it");
            world.Sources().ShouldBe("0< 2<0 3<2");
            world.Underlay.Cut.Add(RelayWorld.Address(2));
            await world.ChangeAsync(0);
            await world.PassAsync(4.5);
            world.ShouldAgree("without any relay it reads the database, as does a relay without its own");
            world.Sources().ShouldBe("0< 2< 3<");
            world.Underlay.Cut.Clear();
            await world.StartAsync(1, 0);
            await world.PassAsync(25);
            world.Sources().ShouldBe("0< 1<0 2<0 3<1", "the best is followed again when it is back");
            await world.ChangeAsync(0);
            await world.PassAsync(0.1);
            world.ShouldAgree();
        });

    [Test]
    public void Nodes_that_were_told_to_follow_each_other_find_out_and_read_the_database() =>
        Tell(async world =>
        {
            await world.BeginAsync(4);
            await world.StartAsync(1, 3);
            await world.StartAsync(2, 1);
            await world.StartAsync(3, 2);
            await world.PassAsync(20);
            for (var i = 0; i < 5; i++)
            {
                await world.ChangeAsync(0);
                await world.PassAsync(15);
                world.ShouldAgree();
            }
        });

    [Test]
    public void While_the_database_is_away_a_node_that_is_behind_is_fed_by_one_that_is_not() =>
        Tell(async world =>
        {
            await world.BeginAsync(3);
            await world.StartAsync(1);
            await world.StartAsync(2);
            await world.PassAsync(3);
            world.PutAway(2);
            await world.PassAsync(1);
            await world.ChangeAsync(0);
            await world.ChangeAsync(1);
            await world.PassAsync(5);
            world.ShouldAgree("without the database");
            world.PutAway(2, isAway: false);
            await world.PassAsync(5);
            world.Sources().ShouldBe("0< 1< 2<");
        });

    [Test]
    public void Over_a_bad_underlay_entries_of_any_size_arrive_whole_and_in_order([Range(1, 20)] int seed) =>
        Tell(
            async world =>
            {
                var random = new Random(seed);
                await world.BeginAsync(5);
                for (var node = 1; node < 5; node++)
                    await world.StartAsync(node, (node - 1) / 2, 0);
                await world.PassAsync(3);
                world.Underlay.Faults = PeerFaults.Many;
                for (var i = 0; i < 12; i++)
                {
                    await world.ChangeAsync(random.Next(5), bytes: random.Next(4) == 0 ? random.Next(200_000) : 0);
                    await world.PassAsync(random.NextDouble() * 2);
                }
                world.Underlay.Faults = PeerFaults.None;
                await world.PassAsync(20);
                world.ShouldAgree();
                world.Sources().ShouldBe("0< 1<0 2<0 3<1 4<1");
            },
            seed
        );

    private static void Tell(Func<RelayWorld, Task> story, int seed = 1) => new RelayWorld(seed).Run(story);
}
