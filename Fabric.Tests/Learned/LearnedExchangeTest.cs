using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Tests.Peers;
using Fabric.Topology.Learned;

namespace Fabric.Tests.Learned;

/// <summary>What one host learns the others know that it matters to, whatever becomes of messages and agents.</summary>
[TestFixture]
public sealed class LearnedExchangeTest
{
    private const int Quiet = 20_000;

    private static readonly MacAddress Guest = MacAddress.Parse("02:00:00:00:00:77");
    private static readonly IpAddress GuestAddress = IpAddress.Parse("10.0.0.77");

    /// <summary>h0, h1 and h2 hold ports of one bridge; h3 one of a router that is linked to it; h4 one of a bridge of its own.</summary>
    private static void Describe(TopologyBuilder net) =>
        net.Bridge("b")
            .Port("p0", "b", host: "h0")
            .Port("p1", "b", host: "h1")
            .Port("p2", "b", host: "h2")
            .Router("r")
            .Connect("b", "r", "02:00:00:00:01:01", "10.0.0.254/24")
            .Port("p3", "r", "02:00:00:00:01:02", "10.9.0.254/24", host: "h3")
            .Bridge("apart")
            .Port("p4", "apart", host: "h4");

    [Test]
    public void AFactIsWithinFiftyMillisecondsWhereItMattersAndNowhereElse() =>
        Tell(
            1,
            async world =>
            {
                await world.PassAsync(1000);
                world[0].LearnMac(Station(world), Port(world, "p0"));
                world[0].Current.Macs[Station(world)].ShouldBe(Port(world, "p0"), "at once where it was learned");
                await world.PassAsync(50);
                foreach (var host in new[] { 1, 2, 3 })
                    world[host].Current.Macs[Station(world)].ShouldBe(Port(world, "p0"), $"at h{host}");
                await world.PassAsync(Quiet);
                world[4].Current.Macs.ShouldBeEmpty("no packet that enters at h4 passes the bridge");
                world.Exchange(0).Told.ShouldBe(3, "once each is enough when nothing is lost");
            }
        );

    [Test]
    public void AStationThatMovesIsWhereItWasHeardLast() =>
        Tell(
            2,
            async world =>
            {
                world[0].LearnMac(Station(world), Port(world, "p0"));
                await world.PassAsync(1000);
                world[1].LearnMac(Station(world), Port(world, "p1"));
                await world.PassAsync(1000);
                foreach (var host in new[] { 0, 1, 2, 3 })
                    world[host].Current.Macs[Station(world)].ShouldBe(Port(world, "p1"));
            }
        );

    [Test]
    public void AStationThatItsHostForgetsIsForgottenByAll() =>
        Tell(
            3,
            async world =>
            {
                world[0].LearnMac(Station(world), Port(world, "p0"));
                await world.PassAsync(1000);
                await PassWithExpiryAsync(world, LearnedTable.MacLifetime - TimeSpan.FromSeconds(5));
                world[2].Current.Macs.Keys.ShouldContain(Station(world));
                await PassWithExpiryAsync(world, TimeSpan.FromSeconds(10));
                foreach (var host in new[] { 0, 1, 2, 3 })
                    world[host].Current.Macs.ShouldBeEmpty();
            }
        );

    [Test]
    public void AnAnswerIsHeardByWhoAskedAndBelievedByNobodyElse() =>
        Tell(
            4,
            async world =>
            {
                var neighbor = new NeighborKey(Port(world, "r-b"), GuestAddress);
                await world.PassAsync(1000);
                world[0].Overhear(neighbor, Guest);
                await world.PassAsync(50);
                world.Heard(3).ShouldBe([(neighbor, Guest)]);
                world[3].Current.Neighbors.ShouldBeEmpty("h3 may have asked or not; its threads know");

                world[3].LearnNeighbor(neighbor, Guest);
                await world.PassAsync(50);
                foreach (var host in new[] { 0, 1, 2, 3 })
                    world[host].Current.Neighbors[neighbor].ShouldBe(Guest);
            }
        );

    [Test]
    public void ANeighborThatGoesOnToAnswerIsKeptByAllAndOneThatDoesNotByNone() =>
        Tell(
            5,
            async world =>
            {
                var neighbor = new NeighborKey(Port(world, "r-b"), GuestAddress);
                world[0].LearnNeighbor(neighbor, Guest);
                for (var i = 0; i < 5; i++)
                {
                    await PassWithExpiryAsync(world, LearnedTable.NeighborRefresh);
                    world[0].LearnNeighbor(neighbor, Guest);
                }
                await world.PassAsync(1000);
                world[3].Current.Neighbors.Keys.ShouldContain(neighbor);
                await PassWithExpiryAsync(world, LearnedTable.NeighborLifetime + TimeSpan.FromSeconds(5));
                for (var host = 0; host < 4; host++)
                    world[host].Current.Neighbors.ShouldBeEmpty();
            }
        );

    [Test]
    public void APortIsDownWhenItsHostSaysSoAndNoLongerWhenItHasMoved() =>
        Tell(
            6,
            async world =>
            {
                world[0].SetPortUp(Port(world, "p0"), isUp: false);
                await world.PassAsync(1000);
                world[1].Current.DownPorts.ShouldBe([Port(world, "p0")]);

                world.Net.ChangePort("p0", port => port with { Binding = new HostBinding(FactWorld.IdOf(1), "p0") });
                world.Publish();
                await world.PassAsync(1000);
                for (var host = 0; host < 4; host++)
                    world[host].Current.DownPorts.ShouldBeEmpty("what the old host said is of the past");
            }
        );

    [Test]
    public void WhoChecksAMemberAfterAnotherIsBelievedAlthoughItKnewNothing() =>
        Tell(
            17,
            async world =>
            {
                var member = new MemberKey(PoolKey.Of(world.Net.RouterId("r"), "web"), GuestAddress, 80);
                MemberHealth Found(byte percent) => new(percent, CheckResult.NoAnswer, 0);
                foreach (var percent in new byte[] { 100, 0, 100, 0 })
                    world[0].LearnMember(member, Found(percent));
                await world.PassAsync(1000);
                world[1].Current.Health[member.Pool].PercentOf(member).ShouldBe((byte)0);
                await world.StopAsync(0);
                // It holds no port of the router, so nobody has told it anything.
                world[4].MemberOf(member).ShouldBeNull();
                world[4].LearnMember(member, Found(100));
                await world.PassAsync(1000);
                world[1].Current.Health[member.Pool].PercentOf(member).ShouldBe((byte)0, "the older word is the newer version");
                world[4].MemberOf(member)!.Value.ShouldBe((Found(0), FactWorld.IdOf(0)), "it is told so, and knows where to go on from");
                world[4].LearnMember(member, Found(100));
                await world.PassAsync(1000);
                foreach (var host in new[] { 1, 2, 3, 4 })
                    world[host].MemberOf(member).ShouldBe((Found(100), FactWorld.IdOf(4)), $"h{host}");
            }
        );

    [Test]
    public void AHostThatBeginsToMatterIsToldWhatIsKnown() =>
        Tell(
            7,
            async world =>
            {
                world[0].LearnMac(Station(world), Port(world, "p0"));
                await world.PassAsync(1000);
                world.Net.Port("new", "b", host: "h4");
                world.Publish();
                await world.PassAsync(50);
                world[4].Current.Macs[Station(world)].ShouldBe(Port(world, "p0"));
            }
        );

    [Test]
    public void AnAgentThatIsStartedAnewIsToldWhatItKnewAndWhatItMissed() =>
        Tell(
            8,
            async world =>
            {
                var other = Station(world) with { Mac = new MacAddress(0x020000000078) };
                world[0].LearnMac(Station(world), Port(world, "p0"));
                world[0].SetPortUp(Port(world, "p0"), isUp: false);
                await world.PassAsync(1000);
                await world.StopAsync(0);
                world[1].LearnMac(other, Port(world, "p1"));
                await world.PassAsync(1000);
                world.Start(0);
                await world.PassAsync(Quiet);
                world[0].Current.Macs[Station(world)].ShouldBe(Port(world, "p0"));
                world[0].Current.Macs[other].ShouldBe(Port(world, "p1"));
                world[2].Current.DownPorts.ShouldBeEmpty("the new agent has not found the port down");

                await PassWithExpiryAsync(world, LearnedTable.MacLifetime + TimeSpan.FromSeconds(5));
                world[2].Current.Macs.Keys.ShouldNotContain(Station(world), "the owner goes on to watch over its own facts");
            }
        );

    [Test]
    public void AHostThatDoesNotAnswerCostsAMessageNowAndThen() =>
        Tell(
            9,
            async world =>
            {
                await world.PassAsync(1000);
                await world.StopAsync(1);
                for (var i = 0; i < 40_000; i++)
                    world[0].LearnMac(Station(world) with { Mac = new MacAddress(0x020000100000 + (ulong)i) }, Port(world, "p0"));
                await world.PassAsync(Quiet);
                var before = world.Underlay.Captured.Count(datagram => datagram.Destination == FactWorld.AddressOf(1));
                await world.PassAsync(60_000);
                var sent = world.Underlay.Captured.Count(datagram => datagram.Destination == FactWorld.AddressOf(1)) - before;
                sent.ShouldBeLessThan(300, "three hosts and a minute");
                world[2].Current.Macs.Count.ShouldBe(40_000);

                world.Start(1);
                await world.PassAsync(Quiet);
                world[1].Current.Macs.Count.ShouldBe(40_000, "all that it missed");
            }
        );

    /// <summary>Hosts learn, move, restart and are cut off at random while datagrams are lost, doubled, altered and late; then it is quiet, and all agree.</summary>
    [Test]
    public void AfterAllFaultsAllAgree([Range(100, 139)] int seed) =>
        Tell(
            seed,
            async world =>
            {
                var random = new Random(seed);
                var isRunning = Enumerable.Repeat(true, 4).ToArray();
                world.Underlay.Faults = PeerFaults.None with
                {
                    Loss = 25,
                    Doubling = 15,
                    Alteration = 5,
                    MaxDelay = TimeSpan.FromMilliseconds(80),
                };
                for (var step = 0; step < 150; step++)
                {
                    var host = random.Next(4);
                    switch (random.Next(12))
                    {
                        case 0 when isRunning[host]:
                            isRunning[host] = false;
                            await world.StopAsync(host);
                            break;
                        case 1 when !isRunning[host]:
                            isRunning[host] = true;
                            world.Start(host);
                            break;
                        case 2:
                            world.Underlay.Cut.Add(FactWorld.AddressOf(host));
                            break;
                        case 3:
                            world.Underlay.Cut.Clear();
                            break;
                        default:
                            if (isRunning[host])
                                LearnSomething(world, host, random);
                            break;
                    }
                    await world.PassAsync(random.Next(200));
                }
                world.Underlay.Faults = PeerFaults.None;
                world.Underlay.Cut.Clear();
                for (var host = 0; host < 4; host++)
                {
                    if (!isRunning[host])
                        world.Start(host);
                }
                await world.PassAsync(Quiet);
                var first = world[0].Current;
                for (var host = 1; host < 4; host++)
                {
                    var other = world[host].Current;
                    Show(other.Macs).ShouldBe(Show(first.Macs), $"stations at h{host}, seed {seed}");
                    Show(other.Neighbors).ShouldBe(Show(first.Neighbors), $"neighbors at h{host}, seed {seed}");
                    other.DownPorts.Order().ShouldBe(first.DownPorts.Order(), $"ports at h{host}, seed {seed}");
                }
            }
        );

    private static void LearnSomething(FactWorld world, int host, Random random)
    {
        var port = Port(world, $"p{host}");
        switch (random.Next(host == 3 ? 1 : 0, 3))
        {
            case 0:
                world[host].LearnMac(Station(world) with { Mac = new MacAddress(0x020000000000 + (ulong)random.Next(6)) }, port);
                break;
            case 1:
                var neighbor = new NeighborKey(Port(world, "r-b"), IpAddress.Parse($"10.0.0.{random.Next(3)}"));
                world[host].LearnNeighbor(neighbor, new MacAddress(0x020000000000 + (ulong)random.Next(4)));
                break;
            default:
                world[host].SetPortUp(port, random.Next(2) == 0);
                break;
        }
    }

    private static async Task PassWithExpiryAsync(FactWorld world, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(1))
        {
            await world.PassAsync(1000);
            for (var host = 0; host < 4; host++)
                world[host].Expire();
        }
    }

    private static IEnumerable<string> Show<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> facts) =>
        facts.Select(fact => $"{fact.Key} {fact.Value}").Order(StringComparer.Ordinal);

    private static MacKey Station(FactWorld world) => new(world.Net.BridgeId("b"), 0, Guest);

    private static PortId Port(FactWorld world, string name) => world.Net.PortId(name);

    private static void Tell(int seed, Func<FactWorld, Task> story)
    {
        var world = new FactWorld(seed, 5, Describe);
        world.Run(() => story(world));
    }
}
