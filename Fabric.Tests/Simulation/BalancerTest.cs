using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Balancing at a router, as stories.</summary>
public class BalancerTest
{
    private static readonly string[] Both = ["vm1", "vm2"];

    [Test]
    public void Row117AClientComesToAMemberAndTheAnswerFindsItsWayBack(
        [Values(IpProtocol.Tcp, IpProtocol.Udp)] byte protocol,
        [Values] IpFamily family
    )
    {
        var world = new BalancerWorld();
        var (vip, client) = family == IpFamily.V4 ? (BalancerWorld.Vip, NatWorld.Remote) : (BalancerWorld.Vip6, "2001:db8::7");
        var members = new HashSet<string>();
        for (ushort port = 1000; port < 1032; port++)
        {
            var (member, asked) = world.Ask(port, client, vip, protocol: protocol);
            members.Add(member);
            ($"{asked.NwSrc}", asked.TpSrc, asked.TpDst).ShouldBe((client, port, (ushort)8080));
            var answer = world.Answer(member, asked);
            ($"{answer.NwSrc}", answer.TpSrc, $"{answer.NwDst}", answer.TpDst).ShouldBe((vip, (ushort)80, client, port));
            world.Ask(port, client, vip, protocol: protocol, flags: TcpFlags.Ack).Member.ShouldBe(member);
        }
        members.ShouldBe(Both, ignoreOrder: true);
    }

    [Test]
    public void OnlyItsProtocolAndPortsAreBalanced()
    {
        var world = new BalancerWorld(balancer: one => one with { Protocol = IpProtocol.Tcp });
        Reason(world, port: 80, IpProtocol.Udp).ShouldBe(DropReason.NatNoConnection);
        Reason(world, port: 90, IpProtocol.Tcp).ShouldBe(DropReason.NatNoConnection);
        Reason(world, port: 89, IpProtocol.Tcp).ShouldBe(DropReason.None);
    }

    [Test]
    public void AStationOfThePoolsOwnSubnetGetsItsAnswerFromTheBalancer([Values(IpProtocol.Tcp, IpProtocol.Udp)] byte protocol)
    {
        var world = new BalancerWorld();
        foreach (var station in Both)
        {
            var address = station == "vm1" ? "10.0.0.1" : "10.0.0.2";
            for (ushort port = 1000; port < 1016; port++)
            {
                // The one that is chosen may be the station itself.
                var packet = NatWorld.Packet(address, BalancerWorld.Vip, port, 80, protocol);
                world.Nat.Send(station, packet, RouterWorld.InsideMac).Kind.ShouldBe(VerdictKind.Forward);
                var output = world.World.Scratch.Outputs[0];
                var asked = output.Packet.Key;
                $"{asked.NwSrc}".ShouldBe("10.0.0.254", "the router stands for the client, or the answer would not come by it");
                var answer = world.Answer(output.Port == world.World.Net.PortId("vm1") ? "vm1" : "vm2", asked, by: station);
                ($"{answer.NwSrc}", answer.TpSrc, $"{answer.NwDst}", answer.TpDst).ShouldBe((BalancerWorld.Vip, (ushort)80, address, port));
            }
        }
    }

    [Test]
    public void Row120AConnectionStaysAtItsMemberWhenOthersComeAndGo()
    {
        var world = new BalancerWorld();
        var before = Enumerable.Range(1000, 64).ToDictionary(port => port, port => world.Ask((ushort)port).Member);
        world.Change("vm1", member => member with { State = PoolMemberState.Draining });
        foreach (var (port, member) in before)
            world.Ask((ushort)port, flags: TcpFlags.Ack).Member.ShouldBe(member);
        world.CountOfFirst(64).ShouldBe(0, "a member that drains gets no new connections");
    }

    [Test]
    public void Row122TheConnectionsOfAMemberThatIsDownAreEndedAndBeginAgainElsewhere([Values] bool isRemoved)
    {
        var world = new BalancerWorld();
        ushort port = 1000;
        while (world.Ask(port).Member != "vm1")
            port++;
        if (isRemoved)
            world.Put(BalancerWorld.PoolOf("web", "10.0.0.2"));
        else
            world.Change("vm1", member => member with { State = PoolMemberState.Down });
        Send(world, port, TcpFlags.Ack).Reason.ShouldBe(DropReason.NoPoolMember);
        FlagsOf(Emitted(world)).HasFlag(TcpFlags.Rst).ShouldBeTrue("the client hears of it");
        world.Ask(port).Member.ShouldBe("vm2");
        world.Ask(port, flags: TcpFlags.Ack).Member.ShouldBe("vm2");
    }

    [Test]
    public void Row122WithoutAMemberTheClientIsRefusedByTheProtocolsOwnMeans()
    {
        var world = new BalancerWorld();
        world.Put(BalancerWorld.PoolOf("web"));
        Send(world, 1000, TcpFlags.Syn).Reason.ShouldBe(DropReason.NoPoolMember);
        var reset = Emitted(world);
        (reset.IpProto, $"{reset.NwSrc}", FlagsOf(reset).HasFlag(TcpFlags.Rst)).ShouldBe((IpProtocol.Tcp, BalancerWorld.Vip, true));
        Send(world, 1000, protocol: IpProtocol.Udp).IsCacheable.ShouldBeFalse();
        var error = Emitted(world);
        (error.IpProto, error.TpSrc, error.TpDst, $"{error.NwSrc}").ShouldBe((IpProtocol.Icmp, (ushort)3, (ushort)3, BalancerWorld.Vip));
    }

    [Test]
    public void Row118WeightsAreShares()
    {
        var world = new BalancerWorld();
        world.Change("vm1", member => member with { Weight = 9 });
        world.CountOfFirst(1000).ShouldBeInRange(860, 940);
    }

    [Test]
    public void BySourceAClientHasOneMember()
    {
        var world = new BalancerWorld(pool => pool with { Method = BalancingMethod.Source });
        var members = new HashSet<string>();
        for (var client = 1; client <= 32; client++)
        {
            var address = $"198.51.100.{client}";
            var member = world.Ask(1000, address).Member;
            members.Add(member);
            for (ushort port = 1001; port < 1009; port++)
                world.Ask(port, address).Member.ShouldBe(member);
        }
        members.ShouldBe(Both, ignoreOrder: true);
    }

    [Test]
    public void LeastConnectionsCountsThoseThatLive()
    {
        var world = new BalancerWorld(pool => pool with { Method = BalancingMethod.LeastConnections });
        world.CountOfFirst(100).ShouldBe(50);
        foreach (var port in Enumerable.Range(20_000, 100))
        {
            var (member, _) = world.Ask((ushort)port, flags: TcpFlags.Ack);
            if (member == "vm1")
                world.Ask((ushort)port, flags: TcpFlags.Rst);
        }
        world.CountOfFirst(50, first: 30_000).ShouldBe(50, "those that the first had have ended");
        world.Change("vm2", member => member with { Weight = 3 });
        world.CountOfFirst(100, first: 40_000).ShouldBe(0, "three to one: 150 to 50");
    }

    [Test]
    public void Row119APersistentClientStaysUntilItsTimeIsOver()
    {
        var world = new BalancerWorld(balancer: one => one with { PersistSeconds = 60 });
        var member = world.Ask(1000).Member;
        for (ushort port = 1001; port < 1032; port++)
            world.Ask(port).Member.ShouldBe(member);
        world.World.Connections.Expire(TimeSpan.FromSeconds(59), 10_000, []);
        for (ushort port = 2000; port < 2032; port++)
            world.Ask(port).Member.ShouldBe(member);
        world.World.Connections.Expire(TimeSpan.FromSeconds(62), 10_000, []);
        Enumerable.Range(3000, 32).Select(port => new BalancerWorld().Ask((ushort)port).Member).Distinct().Count().ShouldBe(2);
        var after = Enumerable
            .Range(3000, 32)
            .Select(port =>
            {
                var chosen = world.Ask((ushort)port).Member;
                world.World.Connections.Expire(TimeSpan.FromSeconds(62), 10_000, []);
                return chosen;
            });
        after.Distinct().Count().ShouldBe(2, "each is chosen for by itself when nothing is kept");
    }

    [Test]
    public void PersistenceIsByPortUnlessItIsAcross([Values] bool across)
    {
        var world = new BalancerWorld(balancer: one => one with { PersistSeconds = 60, PersistsAcrossPorts = across });
        var members = Enumerable.Range(80, 10).Select(port => world.Ask(1000, port: (ushort)port).Member);
        members.Distinct().Count().ShouldBe(across ? 1 : 2);
    }

    [Test]
    public void APersistentClientLeavesAMemberThatDrains()
    {
        var world = new BalancerWorld(balancer: one => one with { PersistSeconds = 60 });
        var member = world.Ask(1000).Member;
        world.Change(member, one => one with { State = PoolMemberState.Draining });
        var other = world.Ask(1001).Member;
        other.ShouldNotBe(member);
        world.Change(member, one => one with { State = PoolMemberState.Up });
        world.Ask(1002).Member.ShouldBe(other, "it stays where it came to");
        world.Ask(1000, flags: TcpFlags.Ack).Member.ShouldBe(member);
    }

    [Test]
    public void TwoConnectionsOfOneClientPortAreToldApartAtTheMember()
    {
        var world = new BalancerWorld(pool => pool with { Members = pool.Members.Remove("vm2") });
        var (_, first) = world.Ask(1000, port: 80);
        var (_, second) = world.Ask(1000, port: 81);
        (second.NwSrc, second.TpSrc).ShouldNotBe((first.NwSrc, first.TpSrc));
        world.Answer("vm1", first).TpSrc.ShouldBe((ushort)80);
        var answer = world.Answer("vm1", second);
        (answer.TpSrc, $"{answer.NwDst}", answer.TpDst).ShouldBe(((ushort)81, NatWorld.Remote, (ushort)1000));
    }

    [Test]
    public void ThoseBehindTheFirstNeedNoFlagsAndTheTraceTellsWhy()
    {
        var world = new BalancerWorld();
        world.World.Scratch.Trace = new Trace();
        world.Ask(1000);
        world.World.Scratch.Key.Mask.IsWildcard(FlowField.TcpFlags).ShouldBeTrue();
        string.Join('\n', world.World.Scratch.Trace.Steps.Select(step => step.Text))
            .ShouldContain("of pool `web`: by the hash of the connection");
    }

    private static DropReason Reason(BalancerWorld world, ushort port, byte protocol) =>
        world.Nat.Send("uplink", NatWorld.Packet(NatWorld.Remote, BalancerWorld.Vip, 1000, port, protocol), RouterWorld.UplinkMac).Reason;

    private static Verdict Send(BalancerWorld world, ushort port, TcpFlags flags = default, byte protocol = IpProtocol.Tcp) =>
        world.Nat.Send("uplink", NatWorld.Packet(NatWorld.Remote, BalancerWorld.Vip, port, 80, protocol, flags), RouterWorld.UplinkMac);

    private static TcpFlags FlagsOf(in FlowKey key) => (TcpFlags)key.Get(FlowField.TcpFlags);

    private static FlowKey Emitted(BalancerWorld world)
    {
        FlowKeyReader.Read(world.World.OnlyAnswer("uplink"), 0, out var key);
        return key;
    }
}
