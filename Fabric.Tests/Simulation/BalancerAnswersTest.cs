using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Whoever speaks to a balancer, from wherever and by whatever ports: every answer comes back to it, as from the balancer.</summary>
public class BalancerAnswersTest
{
    private const int Worlds = 24;
    private const int Packets = 120;

    private static readonly (string Port, string Address)[] _clients =
    [
        ("uplink", "198.51.100.7"),
        ("uplink", "198.51.100.8"),
        ("vm1", "10.0.0.1"),
        ("vm2", "10.0.0.2"),
    ];

    [Test]
    public void EveryAnswerFindsItsWayBack()
    {
        for (var seed = 0; seed < Worlds; seed++)
            Try(seed);
    }

    private static void Try(int seed)
    {
        var random = new Random(seed);
        var world = new BalancerWorld(
            pool => pool with { Method = (BalancingMethod)random.Next(3) },
            balancer => balancer with { PersistSeconds = (ushort)(60 * random.Next(2)), PersistsAcrossPorts = random.Next(2) == 0 }
        );
        if (random.Next(2) == 0)
            world.Nat.With("out", rule => rule);
        for (var i = 0; i < Packets; i++)
        {
            if (random.Next(8) == 0)
                world.Change(
                    $"vm{1 + random.Next(2)}",
                    member => member with { State = (PoolMemberState)random.Next(2), Weight = 1 + random.Next(3) }
                );
            var (ingress, client) = _clients[random.Next(_clients.Length)];
            var protocol = random.Next(2) == 0 ? IpProtocol.Tcp : IpProtocol.Udp;
            // Few ports, so that the same ones are used for several ports of the balancer.
            var (source, port) = ((ushort)(1000 + random.Next(3)), (ushort)(80 + random.Next(10)));
            var packet = NatWorld.Packet(client, BalancerWorld.Vip, source, port, protocol);
            var mac = ingress == "uplink" ? RouterWorld.UplinkMac : RouterWorld.InsideMac;
            var told = $"seed {seed}, packet {i}: {client}:{source} to port {port}, protocol {protocol}";
            var verdict = world.Nat.Send(ingress, packet, mac);
            if (verdict.Reason == DropReason.NoPoolMember)
                continue;
            verdict.Kind.ShouldBe(VerdictKind.Forward, told);
            var output = world.World.Scratch.Outputs[0];
            var member = output.Port == world.World.Net.PortId("vm1") ? "vm1" : "vm2";
            var asked = output.Packet.Key;
            var answer = NatWorld.Packet(
                $"{asked.NwDst}",
                $"{asked.NwSrc}",
                asked.TpDst,
                asked.TpSrc,
                protocol,
                TcpFlags.Syn | TcpFlags.Ack
            );
            world.Nat.Send(member, answer, RouterWorld.InsideMac).Kind.ShouldBe(VerdictKind.Forward, told);
            var came = world.World.OnlyOutput(ingress);
            ($"{came.NwSrc}", came.TpSrc, $"{came.NwDst}", came.TpDst).ShouldBe((BalancerWorld.Vip, port, client, source), told);
        }
    }
}
