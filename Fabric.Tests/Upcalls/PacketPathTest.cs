using Fabric.Agent.FlowTable;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Simulation;
using Fabric.Topology.Learned;

namespace Fabric.Tests.Upcalls;

[TestFixture]
public sealed class PacketPathTest
{
    private const string Web1 = "02:00:00:00:00:01";
    private const string Web2 = "02:00:00:00:00:02";
    private const string Db1 = "02:00:00:00:00:03";
    private const string RouterAtWeb = "02:00:00:00:ff:01";
    private const string RouterAtDb = "02:00:00:00:ff:02";

    private const string ToDb = $"dl_src={Web1},dl_dst={RouterAtWeb},tcp,nw_src=10.1.0.11,nw_dst=10.2.0.11,tp_src=1000,tp_dst=80";

    [Test]
    public void A_miss_makes_a_flow_and_the_next_packet_hits_it()
    {
        using var agent = new AgentBench(Bridged());
        agent.Send("web2", $"dl_src={Web2},dl_dst={Web1},ip");
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip").Length.ShouldBe(1);
        var misses = agent.Parts.Path.Counters.Upcalls;
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},udp,tp_dst=53").Length.ShouldBe(1);

        agent.Parts.Path.Counters.Upcalls.ShouldBe(misses, "bridging looks at no header behind Ethernet");
    }

    /// <summary>Rows 7 and 8 of the checklist: learning ends the floods to a station, and moving ends the way to where it was.</summary>
    [Test]
    public void A_station_that_speaks_elsewhere_takes_its_traffic_along()
    {
        using var agent = new AgentBench(Bridged().Port("web3", "web"));
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip").Length.ShouldBe(2, "unknown: to all other ports");
        agent.Send("web2", $"dl_src={Web2},dl_dst={Web1},ip");
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip").ShouldHaveSingleItem().ShouldContain("in_port=web2");
        agent.Send("web3", $"dl_src={Web2},dl_dst={Web1},ip");
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip").ShouldHaveSingleItem().ShouldContain("in_port=web3");
    }

    [Test]
    public void A_station_that_comes_back_is_followed_back()
    {
        using var agent = new AgentBench(Bridged().Port("web3", "web"));
        Teach(agent);
        agent.Send("web3", $"dl_src={Web2},dl_dst={Web1},ip");
        agent.Send("web2", $"dl_src={Web2},dl_dst={Web1},ip");
        agent.Turn();

        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip").ShouldHaveSingleItem().ShouldContain("in_port=web2");
    }

    /// <summary>Replies pass as long as the connection is used, however long that is.</summary>
    [Test]
    public void A_connection_in_use_is_never_forgotten()
    {
        var net = Bridged();
        net.Chain(
                "web2-in",
                TopologyBuilder.Rule("replies", RuleAction.Accept, new RuleMatch { Direction = FlowDirection.Return }),
                TopologyBuilder.Rule("rest", RuleAction.Drop)
            )
            .Chain("web1-in", TopologyBuilder.Rule("begin", RuleAction.Accept, new RuleMatch { Direction = FlowDirection.Forward }))
            .ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") })
            .ChangePort("web2", port => port with { InboundChain = net.ChainId("web2-in") });
        using var agent = new AgentBench(net);
        var request = $"dl_src={Web1},dl_dst={Web2},tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1000,tp_dst=80";
        var reply = $"dl_src={Web2},dl_dst={Web1},tcp,nw_src=10.0.0.2,nw_dst=10.0.0.1,tp_src=80,tp_dst=1000";
        agent.Send("web2", reply).ShouldBeEmpty("nobody asked");
        agent.Send("web1", request).Length.ShouldBe(1);
        for (var passed = TimeSpan.Zero; passed < ConnectionTimers.TcpEstablished * 3; passed += TimeSpan.FromMinutes(2))
        {
            agent.Clock.Pass(TimeSpan.FromMinutes(2));
            agent.Send("web1", request).Length.ShouldBe(1);
            agent.Send("web2", reply).Length.ShouldBe(1, $"after {passed}");
        }
    }

    /// <summary>A timer that is changed counts for connections that stand, and touches no flow by itself.</summary>
    [Test]
    public void A_router_says_how_long_its_connections_are_remembered()
    {
        var net = Routed();
        net.Nat(
            "r",
            new NatRule
            {
                Name = "out",
                Kind = NatKind.Source,
                Port = net.PortId("r-db"),
            }
        );
        using var agent = new AgentBench(net);
        var packet = $"dl_src={Web1},dl_dst={RouterAtWeb},ip,nw_src=10.1.0.11,nw_dst=10.2.0.11,nw_proto=47,nw_ttl=64";
        agent.Send("web1", packet);
        agent
            .Send(
                "db1",
                $"dl_src={Db1},dl_dst={RouterAtDb},arp,arp_op=2,arp_spa=10.2.0.11,arp_tpa=10.2.0.1,arp_sha={Db1},arp_tha={RouterAtDb}"
            )
            .ShouldHaveSingleItem()
            .ShouldContain("nw_src=10.2.0.1,");
        agent.Clock.Pass(TimeSpan.FromSeconds(RouterTimers.Usual.Other - 10));
        agent.Turn();
        Remembered().ShouldBe(1);

        net.Put(net.Topology.Routers[net.RouterId("r")] with { Timers = new RouterTimers { Other = 60 } });
        agent.Update();
        agent.Clock.Pass(TimeSpan.FromSeconds(1));
        agent.Turn();

        Remembered().ShouldBe(0);

        int Remembered() => agent.Parts.Effects.Connections.Read(table => table.Count);
    }

    /// <summary>Row 49: the packet waits, the question goes out, and the answer lets it go on.</summary>
    [Test]
    public void A_packet_to_an_unknown_neighbor_waits_for_the_answer()
    {
        using var agent = new AgentBench(Routed());
        var asked = agent.Send("web1", ToDb).ShouldHaveSingleItem();
        asked.ShouldContain("arp");
        asked.ShouldContain("in_port=db1");
        agent.Parts.Effects.Parked.ShouldBe(1);

        var answer = $"dl_src={Db1},dl_dst={RouterAtDb},arp,arp_op=2,arp_spa=10.2.0.11,arp_tpa=10.2.0.1,arp_sha={Db1},arp_tha={RouterAtDb}";
        var left = agent.Send("db1", answer).ShouldHaveSingleItem();
        left.ShouldContain("in_port=db1");
        left.ShouldContain("10.2.0.11");
        left.ShouldContain("nw_ttl=63");
        agent.Parts.Effects.Parked.ShouldBe(0);
    }

    /// <summary>Row 50: three questions, then the sender is told, and the flow that says so does not live long.</summary>
    [Test]
    public void A_neighbor_that_does_not_answer_is_told_to_the_sender()
    {
        using var agent = new AgentBench(Routed());
        agent.Send("web1", ToDb);
        var said = new List<string>();
        for (var second = 0; second < 4; second++)
        {
            agent.Clock.Pass(TimeSpan.FromSeconds(1.1));
            said.AddRange(agent.Turn());
        }
        said.Count(line => line.Contains("arp", StringComparison.Ordinal)).ShouldBe(2, "the first question was put at once");
        var error = said.Single(line => line.Contains("icmp", StringComparison.Ordinal));
        error.ShouldContain("in_port=web1");
        error.ShouldContain("icmp_type=3");
        error.ShouldContain("icmp_code=1");
        agent.Clock.Pass(LearnedTable.FailureLifetime + TimeSpan.FromSeconds(2));
        agent.Turn();
        agent.Send("web1", ToDb).ShouldHaveSingleItem().ShouldContain("arp", customMessage: "after a while it is asked again");
    }

    /// <summary>Row 41: an answer that nobody asked for makes no neighbor.</summary>
    [Test]
    public void An_unasked_answer_makes_no_neighbor()
    {
        using var agent = new AgentBench(Routed());
        agent.Send(
            "db1",
            $"dl_src={Db1},dl_dst={RouterAtDb},arp,arp_op=2,arp_spa=10.2.0.11,arp_tpa=10.2.0.1,arp_sha={Db1},arp_tha={RouterAtDb}"
        );

        agent.View.Learned.Neighbors.ShouldBeEmpty();
    }

    /// <summary>Row 21: a rule is in force at once for flows that stand; others are left alone.</summary>
    [Test]
    public void An_edited_rule_is_in_force_at_once_and_touches_no_other_flow()
    {
        var net = Bridged();
        net.Chain("web1-in").ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") });
        using var agent = new AgentBench(net);
        Teach(agent);
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},tcp,tp_dst=80").Length.ShouldBe(1);
        agent.Send("web2", $"dl_src={Web2},dl_dst={Web1},tcp,tp_src=80").Length.ShouldBe(1);
        var revalidated = agent.Parts.Path.Counters.Revalidated;

        net.AddRule(
            "web1-in",
            TopologyBuilder.Rule(
                "no-http",
                RuleAction.Drop,
                new RuleMatch { Protocol = new(6), DestinationPort = new(new PortRange(80, 80)) }
            )
        );
        agent.Update();

        (agent.Parts.Path.Counters.Revalidated - revalidated).ShouldBe(1, "one flow comes through the chain");
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},tcp,tp_dst=80").ShouldBeEmpty();
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},tcp,tp_dst=81").Length.ShouldBe(1);
        agent.Parts.Path.Counters.DropsOf(DropReason.Rule).ShouldBe(1);
    }

    /// <summary>A flow stays when its verdict does: the change is elsewhere in the chain.</summary>
    [Test]
    public void A_flow_that_comes_out_the_same_is_kept()
    {
        var net = Bridged();
        net.Chain("web1-in", TopologyBuilder.Rule("ip-only", RuleAction.Accept, new RuleMatch { EthType = new(0x0800) }))
            .ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") });
        using var agent = new AgentBench(net);
        Teach(agent);
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip").Length.ShouldBe(1);
        var kept = agent.Parts.Path.Counters.Kept;
        net.AddRule("web1-in", TopologyBuilder.Rule("rest", RuleAction.Drop));
        agent.Update();

        agent.Parts.Path.Counters.Kept.ShouldBe(kept + 1);
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip").Length.ShouldBe(1);
    }

    /// <summary>Row 102: idle flows go also when no packet comes; busy ones never.</summary>
    [Test]
    public void Idle_flows_expire_and_busy_ones_do_not()
    {
        using var agent = new AgentBench(Bridged());
        Teach(agent);
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip");
        var flow = agent.Parts.Flows.Records.Single(record =>
            record.State == FlowState.Installed && record.Sample.EthSrc.ToString() == Web1
        );
        for (var i = 0; i < 20; i++)
        {
            agent.Clock.Pass(TimeSpan.FromSeconds(2));
            agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip");
        }
        flow.State.ShouldBe(FlowState.Installed);
        for (var i = 0; i < 7; i++)
        {
            agent.Clock.Pass(TimeSpan.FromSeconds(2));
            agent.Turn();
        }
        agent.Parts.Flows.Count.ShouldBe(0);
        agent.Datapath.FlowCount.ShouldBe(0);
        agent.Parts.Path.Counters.Surprises.ShouldBe(0);
    }

    /// <summary>Rows 10 and 11: a station is remembered while it is heard, and forgotten some time after.</summary>
    [Test]
    public void A_silent_station_is_forgotten()
    {
        using var agent = new AgentBench(Bridged());
        Teach(agent);
        agent.View.Learned.Macs.Count.ShouldBe(2);
        var passed = TimeSpan.Zero;
        while (passed < LearnedTable.MacLifetime + TimeSpan.FromSeconds(20))
        {
            agent.Clock.Pass(TimeSpan.FromSeconds(5));
            passed += TimeSpan.FromSeconds(5);
            agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip");
        }
        agent.View.Learned.Macs.Keys.Select(station => station.Mac.ToString()).ShouldBe([Web1]);
    }

    private static TopologyBuilder Bridged() => new TopologyBuilder().Bridge("web").Port("web1", "web").Port("web2", "web");

    private static TopologyBuilder Routed() =>
        new TopologyBuilder()
            .Bridge("web")
            .Bridge("db")
            .Router("r")
            .Connect("web", "r", RouterAtWeb, "10.1.0.1/24")
            .Connect("db", "r", RouterAtDb, "10.2.0.1/24")
            .Port("web1", "web", Web1, "10.1.0.11/24")
            .Port("db1", "db");

    private static void Teach(AgentBench agent)
    {
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},ip");
        agent.Send("web2", $"dl_src={Web2},dl_dst={Web1},ip");
    }
}
