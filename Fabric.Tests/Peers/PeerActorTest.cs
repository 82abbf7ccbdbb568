using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Peers;

[TestFixture]
public sealed class PeerActorTest
{
    private const int Seeds = 120;

    [Test]
    public void A_message_is_heard_by_its_host_and_says_whose_it_is() =>
        Tell(async world =>
        {
            world.Send(0, 1, 7);
            await world.PassAsync(50);
            world.Heard.ShouldBe([(1, 0, 7)]);
        });

    [Test]
    public void The_first_messages_wait_for_the_handshake_and_too_many_push_the_oldest_out() =>
        Tell(async world =>
        {
            for (var number = 0; number < PeerSession.MaxWaiting + 3; number++)
                world.Send(0, 1, number);
            await world.PassAsync(50);
            world.Heard.Select(heard => heard.Number).ShouldBe(Enumerable.Range(3, PeerSession.MaxWaiting), ignoreOrder: true);
            world[0].Counters.DropsOf(PeerDrop.Full).ShouldBe(3);
        });

    /// <summary>Nothing is heard that was not sent, or twice; and when the underlay is well again messages pass.</summary>
    [Test]
    public void Whatever_the_underlay_does_what_is_heard_was_sent_and_nothing_is_heard_twice()
    {
        var heard = 0;
        for (var seed = 1; seed <= Seeds; seed++)
            heard += HeardUnderFaults(seed);
        heard.ShouldBeGreaterThan(Seeds * 40, "a world in which nothing is heard proves nothing");
    }

    [TestCase(0, TestName = "A_capture_that_is_played_again_after_a_restart_of_the_sender_is_never_heard")]
    [TestCase(1, TestName = "A_capture_that_is_played_again_after_a_restart_of_the_receiver_is_never_heard")]
    [TestCase(-1, TestName = "A_capture_that_is_played_again_is_never_heard")]
    public void CaptureIsNeverHeardAgain(int restarted) =>
        Tell(async world =>
        {
            for (var number = 0; number < 30; number++)
            {
                world.Send(0, 1, number);
                await world.PassAsync(10);
            }
            world.Heard.Count.ShouldBe(30);
            if (restarted >= 0)
                await world.RestartAsync(restarted);
            for (var round = 0; round < 20; round++)
            {
                world.Underlay.Replay(PeerWorld.AddressOf(1));
                world.Underlay.Replay(PeerWorld.AddressOf(0));
                await world.PassAsync(100);
            }
            world.Heard.Count.ShouldBe(30);
            var counters = world[1].Counters;
            (counters.DropsOf(PeerDrop.Replayed) + counters.DropsOf(PeerDrop.UnknownSession)).ShouldBeGreaterThan(30);
            world.Send(0, 1, 1000);
            await world.PassAsync(2000);
            world.Heard[^1].ShouldBe((1, 0, 1000));
        });

    [Test]
    public void Either_host_may_restart_and_the_next_messages_pass([Values(0, 1)] int restarted) =>
        Tell(async world =>
        {
            world.Send(0, 1, 1);
            await world.PassAsync(3000);
            await world.RestartAsync(restarted);
            // Under a session that the other does not have any more: lost, and the cause of a new one.
            world.Send(0, 1, 2);
            await world.PassAsync(20);
            world.Send(0, 1, 3);
            await world.PassAsync(20);
            world.Heard.ShouldContain((1, 0, 3));
        });

    [Test]
    public void Two_that_begin_at_once_agree() =>
        Tell(async world =>
        {
            world.Send(0, 1, 1);
            world.Send(1, 0, 2);
            await world.PassAsync(50);
            world.Heard.ShouldBe([(1, 0, 1), (0, 1, 2)], ignoreOrder: true);
            // No hello begets hellos for ever.
            var before = world.Underlay.Captured.Count;
            await world.PassAsync(60_000);
            world.Underlay.Captured.Count.ShouldBe(before);
        });

    /// <summary>What is let be costs nothing by the clock.</summary>
    [Test]
    public void Nobody_is_woken_while_there_is_nobody_to_ask() =>
        Tell(async world =>
        {
            await world.PassAsync(10);
            world.Thread.Time.CountWithin(TimeSpan.FromHours(1)).ShouldBe(0);
            world.Send(0, 1, 1);
            await world.PassAsync(60_000);
            world.Heard.ShouldBe([(1, 0, 1)]);
            // What is left looks for keys that are gone.
            var before = world.Thread.Time.CountWithin(TimeSpan.FromHours(1));
            before.ShouldBe(2);
            world.Change(topology => topology with { PeerKeys = TopologySnapshot.Empty.PeerKeys });
            await world.PassAsync(60_000);
            world.Thread.Time.CountWithin(TimeSpan.FromHours(1)).ShouldBe(0);
        });

    [Test]
    public void A_host_that_does_not_answer_is_asked_more_and_more_slowly() =>
        Tell(async world =>
        {
            await world.StopAsync(1);
            world.Send(0, 1, 1);
            await world.PassAsync(60_000);
            world.Underlay.Captured.Count.ShouldBeInRange(50, 70);
            world.Start(1);
            await world.PassAsync(1_500);
            world.Heard.ShouldBe([(1, 0, 1)]);
        });

    [Test]
    public void Forged_hellos_are_not_answered_and_played_ones_no_faster_than_the_limit() =>
        Tell(async world =>
        {
            world.Send(0, 1, 1);
            await world.PassAsync(50);
            var ask = world.Underlay.Captured[0].Bytes;
            var before = world.Underlay.Captured.Count;
            for (var i = 0; i < 1000; i++)
            {
                var forged = ask.ToArray();
                forged[^1] ^= (byte)(1 + i % 255);
                world.Underlay.Inject(PeerWorld.AddressOf(0), PeerWorld.AddressOf(1), forged);
            }
            await world.PassAsync(100);
            world[1].Counters.DropsOf(PeerDrop.WrongKey).ShouldBe(1000);
            world.Underlay.Captured.Count.ShouldBe(before);

            for (var i = 0; i < 1000; i++)
                world.Underlay.Inject(PeerWorld.AddressOf(0), PeerWorld.AddressOf(1), ask);
            await world.PassAsync(100);
            world.Underlay.Captured.Count.ShouldBeLessThanOrEqualTo(before + PeerSession.AnswerBurst + 5);
            world[1].Counters.DropsOf(PeerDrop.TooManyHellos).ShouldBeGreaterThan(900);
        });

    [Test]
    public void What_cannot_be_sent_is_refused_at_once() =>
        Tell(world =>
        {
            world[0].TrySend(new HostId(99), PeerTopic.Facts, []).ShouldBeFalse("no such host");
            world[0].TrySend(PeerWorld.IdOf(0), PeerTopic.Facts, []).ShouldBeFalse("itself");
            world.Change(topology => topology with { PeerKeys = topology.PeerKeys.Remove(PeerWorld.IdOf(1)) });
            world[0].TrySend(PeerWorld.IdOf(1), PeerTopic.Facts, []).ShouldBeFalse("no key");
            world.Change(topology =>
                TopologyEvolution.Apply(topology, new TopologyEvent.DeviceUpdated(topology.Hosts[PeerWorld.IdOf(2)] with { Underlay = [] }))
            );
            world[0].TrySend(PeerWorld.IdOf(2), PeerTopic.Facts, []).ShouldBeFalse("no address");
            return Task.CompletedTask;
        });

    [Test]
    public void What_goes_nowhere_is_counted_by_its_reason() =>
        Tell(async world =>
        {
            var (near, far) = (PeerWorld.AddressOf(0), PeerWorld.AddressOf(1));
            world.Send(0, 1, 1);
            await world.PassAsync(50);
            var counters = world[1].Counters;

            world.Underlay.Inject(near, far, [1, 2, 3]);
            await world.PassAsync(10);
            counters.DropsOf(PeerDrop.Malformed).ShouldBe(1);

            var stranger = world.Underlay.Captured[0].Bytes.ToArray();
            stranger[2] = 0xee;
            world.Underlay.Inject(near, far, stranger);
            await world.PassAsync(10);
            counters.DropsOf(PeerDrop.UnknownHost).ShouldBe(1);

            world[0].TrySend(PeerWorld.IdOf(1), PeerTopic.Feed, [1]).ShouldBeTrue();
            world[0].TrySend(PeerWorld.IdOf(1), (PeerTopic)77, [1]).ShouldBeTrue();
            await world.PassAsync(10);
            counters.DropsOf(PeerDrop.NoListener).ShouldBe(1);
            counters.DropsOf(PeerDrop.UnknownTopic).ShouldBe(1);
            counters.Heard.ShouldBe(1);
        });

    [Test]
    public void A_key_that_was_changed_makes_the_talk_begin_anew() =>
        Tell(async world =>
        {
            world.Send(0, 1, 1);
            await world.PassAsync(50);
            using var other = PeerKeyPair.Create();
            world.Change(topology => topology with { PeerKeys = topology.PeerKeys.SetItem(PeerWorld.IdOf(1), other.Public) });
            world.Send(0, 1, 2);
            await world.PassAsync(500);
            world.Heard.ShouldBe([(1, 0, 1)], "the host of that address does not have the other key");
        });

    [Test]
    public void A_key_that_is_no_point_of_the_curve_reaches_nobody() =>
        Tell(async world =>
        {
            world.Change(topology => topology with { PeerKeys = topology.PeerKeys.SetItem(PeerWorld.IdOf(1), new PeerKey(1, 2, 3, 4)) });
            world.Send(0, 1, 1);
            await world.PassAsync(50);
            world.Heard.ShouldBeEmpty();
            world[0].Counters.DropsOf(PeerDrop.UnknownHost).ShouldBe(1);
        });

    private static void Tell(Func<PeerWorld, Task> story)
    {
        var world = new PeerWorld(seed: 1);
        world.Run(() => story(world));
        world.CheckTruth();
    }

    private static int HeardUnderFaults(int seed)
    {
        var random = new Random(seed);
        var world = new PeerWorld(seed);
        try
        {
            world.Run(async () =>
            {
                world.Underlay.Faults = PeerFaults.Many;
                for (var number = 0; number < 150; number++)
                {
                    var by = random.Next(3);
                    world.Send(by, (by + 1 + random.Next(2)) % 3, number);
                    if (random.Next(25) == 0)
                        await world.RestartAsync(random.Next(3));
                    await world.PassAsync(random.Next(80));
                }
                world.Underlay.Faults = PeerFaults.None;
                await world.PassAsync(3000);
                for (var number = 1000; number < 1010; number++)
                {
                    for (var by = 0; by < 3; by++)
                        world.Send(by, (by + 1) % 3, number * 3 + by);
                    await world.PassAsync(300);
                }
                // The session that the last of the faults left behind may be one-sided; the talk mends it within a second.
                world.Heard.Count(heard => heard.Number >= 1005 * 3).ShouldBe(5 * 3, "messages pass when the underlay is well");
            });
            world.CheckTruth();
            return world.Heard.Count;
        }
        catch (Exception failure)
        {
            throw new AssertionException($"seed {seed}: {failure.Message}", failure);
        }
    }
}
