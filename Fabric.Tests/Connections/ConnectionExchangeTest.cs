using Fabric.Addresses;
using Fabric.Agent.Connections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Learned;
using Fabric.Tests.Peers;

namespace Fabric.Tests.Connections;

/// <summary>What one host knows of a connection the others know that may see its packets, whatever becomes of messages and agents.</summary>
public class ConnectionExchangeTest
{
    private const int Quiet = 20_000;

    /// <summary>Guests at h0; uplinks of one router at h1 and h2, which are redundant; h3 has a port of the same bridge as the guests, h4 one apart.</summary>
    private static void Describe(TopologyBuilder net) =>
        net.Bridge("b")
            .Port("vm", "b", host: "h0")
            .Router("r")
            .Connect("b", "r", "02:00:00:00:01:01", "10.0.0.254/24")
            .Group("uplinks", stateful: true)
            .Port("up1", "r", "02:00:00:00:01:02", "198.51.100.1/24", host: "h1", groups: "uplinks")
            .Port("up2", "r", "02:00:00:00:01:03", "198.51.101.1/24", host: "h2", groups: "uplinks")
            .Port("other", "b", host: "h3")
            .Bridge("apart")
            .Port("p4", "apart", host: "h4");

    [Test]
    public void AConnectionIsKnownWhereItsAnswersMayComeInWithinFiftyMillisecondsAndNowhereElse() =>
        Tell(
            1,
            async world =>
            {
                await world.PassAsync(1000);
                Open(world, 0, 1);
                await world.PassAsync(50);
                foreach (var host in new[] { 1, 2 })
                    Answer(world, host, 1).ShouldBe((true, ConnectionPhase.Opening), $"at h{host}");
                See(world, 2, 1, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack);
                await world.PassAsync(50);
                foreach (var host in new[] { 0, 1 })
                    Answer(world, host, 1).ShouldBe((true, ConnectionPhase.Answered), $"at h{host}");
                world.Touched(1).ShouldContain(Pair(1).Back.Tag, "flows are compared that rest on it");
                await world.PassAsync(Quiet);
                foreach (var host in new[] { 3, 4 })
                    Answer(world, host, 1).ShouldBe((false, default(ConnectionPhase)), $"at h{host}");
                // It began at h0, and h1 and h2 passed that on to each other; it was answered at h2, and h0 and h1 passed that on.
                world.ConnectionExchange(0).Told.ShouldBe(3);
                world.ConnectionExchange(1).Told.ShouldBe(2);
                world.ConnectionExchange(2).Told.ShouldBe(3);
            }
        );

    [Test]
    public void AHostWhoseAgentWasStartedAnewKnowsAgainWhatItMaySee() =>
        Tell(
            2,
            async world =>
            {
                for (ushort port = 1; port <= 300; port++)
                    Open(world, 0, port);
                await world.PassAsync(1000);
                await world.StopAsync(1);
                Open(world, 0, 301);
                await world.PassAsync(60_000);
                world.Start(1);
                await world.PassAsync(10_000);
                for (ushort port = 1; port <= 301; port++)
                    Answer(world, 1, port).ShouldBe((true, ConnectionPhase.Opening));
            }
        );

    [Test]
    public void TheHostThatAPortMovesToIsToldOfItsConnections() =>
        Tell(
            3,
            async world =>
            {
                for (ushort port = 1; port <= 50; port++)
                    Open(world, 0, port);
                await world.PassAsync(1000);
                world.Net.ChangePort("vm", port => port with { Binding = port.Binding!.Value with { Host = FactWorld.IdOf(3) } });
                world.Publish();
                await world.PassAsync(100);
                for (ushort port = 1; port <= 50; port++)
                    Answer(world, 3, port).ShouldBe((true, ConnectionPhase.Opening));
            }
        );

    [Test]
    public void WhoMayKnowAConnectionIsAskedForIt() =>
        Tell(
            4,
            async world =>
            {
                Open(world, 0, 1);
                await world.PassAsync(1000);
                Answer(world, 3, 1).ShouldBe((false, default(ConnectionPhase)));
                world.ConnectionExchange(3).Ask(Pair(1).Back, world.Net.PortId("other"));
                world.ConnectionExchange(4).Ask(Pair(1).Back, world.Net.PortId("p4"));
                await world.PassAsync(50);
                Answer(world, 3, 1).ShouldBe((true, ConnectionPhase.Opening));
                Answer(world, 4, 1).ShouldBe((false, default(ConnectionPhase)), "its ports have nothing to do with that");
            }
        );

    /// <summary>A host that is reached again is not told when it would have been tried next: answers come in there as soon as the way is good.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void AHostThatWasCutOffIsAnsweredAtOnce(bool isTooMuch) =>
        Tell(
            5,
            async world =>
            {
                await world.PassAsync(1000);
                world.Underlay.Cut.Add(FactWorld.AddressOf(2));
                for (ushort port = 1; port <= (isTooMuch ? 20_000 : 20); port++)
                {
                    Open(world, 0, port);
                    if (port % 1000 == 0)
                        await world.PassAsync(1000);
                }
                // The last try was a moment ago, and failed: the next is three seconds away.
                await world.PassAsync(20_000);
                world.Underlay.Cut.Clear();
                Open(world, 0, 30_000);
                await world.PassAsync(5);
                Answer(world, 2, 30_000).ShouldBe((false, default(ConnectionPhase)), "it is not tried yet, so this test can fail");
                world.ConnectionExchange(2).Ask(Pair(30_000).Back, world.Net.PortId("up2"));
                await world.PassAsync(20);
                Answer(world, 2, 30_000).ShouldBe((true, ConnectionPhase.Opening));
                await world.PassAsync(500);
                Answer(world, 2, 1).ShouldBe((true, ConnectionPhase.Opening), "all else follows at once too");
            }
        );

    [Test]
    public void WhateverBecomesOfMessagesAndAgentsTheHoldersAgreeInTheEnd([Range(1, 12)] int seed) =>
        Tell(
            seed,
            async world =>
            {
                var random = new Random(seed);
                world.Underlay.Faults = PeerFaults.Many;
                for (var step = 0; step < 150; step++)
                {
                    var port = (ushort)random.Next(1, 30);
                    switch (random.Next(12))
                    {
                        case < 5:
                            Open(world, 0, port);
                            break;
                        case < 8:
                            See(world, random.Next(1, 3), port, FlowDirection.Return, TcpFlags.Syn | TcpFlags.Ack);
                            break;
                        case < 10:
                            See(world, 0, port, FlowDirection.Forward, random.Next(8) == 0 ? TcpFlags.Rst : TcpFlags.Ack);
                            break;
                        case 10:
                            await world.StopAsync(1);
                            await world.PassAsync(random.Next(10_000));
                            world.Start(1);
                            break;
                        default:
                            world.Underlay.Cut.Add(FactWorld.AddressOf(2));
                            await world.PassAsync(random.Next(10_000));
                            world.Underlay.Cut.Clear();
                            break;
                    }
                    await world.PassAsync(random.Next(500));
                }
                world.Underlay.Faults = PeerFaults.None;
                await world.PassAsync(Quiet);
                for (ushort port = 1; port < 30; port++)
                {
                    var known = Answer(world, 0, port);
                    foreach (var host in new[] { 1, 2 })
                        Answer(world, host, port).ShouldBe(known, $"seed {seed}: port {port} at h{host}");
                }
            }
        );

    private static void Tell(int seed, Func<FactWorld, Task> story)
    {
        var world = new FactWorld(seed, hosts: 5, Describe);
        world.Run(() => story(world));
    }

    private static void Open(FactWorld world, int host, ushort port)
    {
        var (forward, back) = Pair(port);
        var (ingress, egress) = (world.Net.PortId("vm"), world.Net.PortId("up1"));
        world.Connections(host).Open(0, forward, back, ingress, TcpFlags.Syn, Now(world), new List<FlowTag>(), out _, egress);
    }

    private static void See(FactWorld world, int host, ushort port, FlowDirection direction, TcpFlags flags)
    {
        if (world.Connections(host).TryFind(0, direction == FlowDirection.Forward ? Pair(port).Forward : Pair(port).Back, out var found))
            world.Connections(host).See(found.Handle, direction, flags, Now(world), new List<FlowTag>());
    }

    private static (bool, ConnectionPhase) Answer(FactWorld world, int host, ushort port) =>
        (world.Connections(host).TryFind(0, Pair(port).Back, out var found), found.Phase);

    private static long Now(FactWorld world) => world.Thread.Time.GetTimestamp();

    private static (ConnectionKey Forward, ConnectionKey Back) Pair(ushort port)
    {
        var forward = new ConnectionKey(
            new BridgeId(1),
            IpProtocol.Tcp,
            IpAddress.Parse("10.0.0.1"),
            IpAddress.Parse("192.0.2.7"),
            port,
            80
        );
        return (forward, forward.ReverseAt(new RouterId(1)));
    }
}
