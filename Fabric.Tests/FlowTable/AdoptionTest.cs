using Fabric.Devices;
using Fabric.Simulation;
using Fabric.Tests.Upcalls;

namespace Fabric.Tests.FlowTable;

/// <summary>An agent that starts takes over the flows that the one before left.</summary>
[TestFixture]
public sealed class AdoptionTest
{
    private const string Web1 = "02:00:00:00:00:01";
    private const string Web2 = "02:00:00:00:00:02";
    private const string Request = $"dl_src={Web1},dl_dst={Web2},tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1000,tp_dst=80";
    private const string Db1 = "02:00:00:00:00:03";
    private const string RouterAtWeb = "02:00:00:00:ff:01";
    private const string RouterAtDb = "02:00:00:00:ff:02";
    private const string ToDb = $"dl_src={Web1},dl_dst={RouterAtWeb},tcp,nw_src=10.1.0.11,nw_dst=10.2.0.11,tp_src=1000,tp_dst=80";
    private const string Reply = $"dl_src={Web2},dl_dst={Web1},tcp,nw_src=10.0.0.2,nw_dst=10.0.0.1,tp_src=80,tp_dst=1000";

    [Test]
    public void Flows_that_are_right_stay_and_their_packets_never_miss()
    {
        using var first = new AgentBench(Network());
        first.Send("web2", Reply);
        first.Send("web1", Request).Length.ShouldBe(1);
        using var second = first.Restart();

        second.Parts.Path.Counters.Adopted.ShouldBe(first.Parts.Flows.Count);
        second.Send("web1", Request).Length.ShouldBe(1);
        second.Send("web2", Reply).Length.ShouldBe(1);
        second.Parts.Path.Counters.Upcalls.ShouldBe(0);
    }

    [Test]
    public void What_the_flows_stand_for_is_known_again()
    {
        using var first = new AgentBench(Network());
        first.Send("web2", Reply);
        using var second = first.Restart();

        second.View.Learned.Macs.ShouldBe(first.View.Learned.Macs, ignoreOrder: true);
    }

    [Test]
    public void Replies_of_a_connection_pass_although_nobody_remembers_who_began_it()
    {
        var net = Network();
        net.Chain(
                "web2-in",
                TopologyBuilder.Rule("replies", RuleAction.Accept, new RuleMatch { Direction = FlowDirection.Return }),
                TopologyBuilder.Rule("rest", RuleAction.Drop)
            )
            .Chain("web1-in", TopologyBuilder.Rule("begin", RuleAction.Accept, new RuleMatch { Direction = FlowDirection.Forward }))
            .ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") })
            .ChangePort("web2", port => port with { InboundChain = net.ChainId("web2-in") });
        using var first = new AgentBench(net);
        first.Send("web1", $"{Request},tcp_flags=+syn").Length.ShouldBe(1);
        first.Send("web2", Reply).Length.ShouldBe(1);
        using var second = first.Restart();

        second.Send("web2", Reply).Length.ShouldBe(1);
        second.Parts.Path.Counters.Upcalls.ShouldBe(0);
    }

    /// <summary>Between two subnets: where the frames go is the neighbor's address, which only the flow remembers. It is asked again all the same.</summary>
    [Test]
    public void The_neighbor_that_a_routed_flow_goes_to_is_believed_and_asked()
    {
        using var first = new AgentBench(Routed());
        first.Send("web1", ToDb).ShouldHaveSingleItem().ShouldContain("arp");
        first.Send(
            "db1",
            $"dl_src={Db1},dl_dst={RouterAtDb},arp,arp_op=2,arp_spa=10.2.0.11,arp_tpa=10.2.0.1,arp_sha={Db1},arp_tha={RouterAtDb}"
        );
        first.Send("web1", ToDb).ShouldHaveSingleItem().ShouldContain($"dl_dst={Db1}");
        using var second = first.Restart();

        second.View.Learned.Neighbors.ShouldBe(first.View.Learned.Neighbors);
        second.Parts.Path.Counters.Emitted.ShouldBe(1, "the question");
        second.Send("web1", ToDb).ShouldHaveSingleItem().ShouldContain($"dl_dst={Db1}");
        second.Parts.Path.Counters.Upcalls.ShouldBe(0);
    }

    [Test]
    public void A_flow_that_would_be_decided_otherwise_now_is_replaced()
    {
        var net = Network();
        using var first = new AgentBench(net);
        first.Send("web2", Reply);
        first.Send("web1", Request).Length.ShouldBe(1);
        net.Chain("web1-in", TopologyBuilder.Rule("none", RuleAction.Drop))
            .ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") });
        using var second = first.Restart();

        second.Send("web1", Request).ShouldBeEmpty();
        second.Parts.Path.Counters.Upcalls.ShouldBe(1);
        second.Parts.Path.Counters.DropsOf(DropReason.Rule).ShouldBe(1);
    }

    [Test]
    public void A_flow_of_a_port_that_is_gone_is_deleted()
    {
        var net = Network();
        using var first = new AgentBench(net);
        first.Send("web1", Request);
        using var second = new AgentBench(net);
        second.Parts.Ports.Remove(net.PortId("web1"));
        foreach (var record in first.Parts.Flows.Records)
            second.Datapath.Leave(record.Flow);
        second.Adopt();
        second.Turn();

        second.Datapath.FlowCount.ShouldBe(0);
    }

    private static TopologyBuilder Network() => new TopologyBuilder().Bridge("web").Port("web1", "web").Port("web2", "web");

    private static TopologyBuilder Routed() =>
        new TopologyBuilder()
            .Bridge("web")
            .Bridge("db")
            .Router("r")
            .Connect("web", "r", RouterAtWeb, "10.1.0.1/24")
            .Connect("db", "r", RouterAtDb, "10.2.0.1/24")
            .Port("web1", "web", Web1, "10.1.0.11/24")
            .Port("db1", "db");
}
