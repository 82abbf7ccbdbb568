using Fabric.Agent.FlowTable;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using Fabric.Tests.Upcalls;

namespace Fabric.Tests.FlowTable;

[TestFixture]
public sealed class FlowKeeperTest
{
    private const string Web1 = "02:00:00:00:00:01";
    private const string Web2 = "02:00:00:00:00:02";
    private const string Tcp = $"dl_src={Web1},dl_dst={Web2},tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1000,tp_dst=80";

    [Test]
    public void A_flow_without_traffic_leaves_after_the_idle_timeout()
    {
        using var agent = Taught();
        agent.Send("web1", Tcp);
        var flows = agent.Datapath.FlowCount;
        Rest(agent, FlowKeeper.IdleTimeout - FlowKeeper.RoundInterval);
        agent.Datapath.FlowCount.ShouldBe(flows);
        Rest(agent, FlowKeeper.RoundInterval * 2);
        agent.Datapath.FlowCount.ShouldBe(0);
        agent.Parts.Flows.Count.ShouldBe(0);
    }

    [Test]
    public void A_flow_in_use_stays()
    {
        using var agent = Taught();
        for (var i = 0; i < 20; i++)
        {
            agent.Send("web1", Tcp).Length.ShouldBe(1);
            Rest(agent, FlowKeeper.RoundInterval);
        }
        agent.Parts.Path.Counters.Surprises.ShouldBe(0);
        agent.Parts.Flows.Records.Any(record => record.Sample.EthSrc.ToString() == Web1).ShouldBeTrue();
    }

    [Test]
    public void A_flow_that_the_datapath_has_lost_is_found_out()
    {
        using var agent = Taught();
        agent.Send("web1", Tcp);
        var lost = agent.Parts.Flows.Records.First();
        agent.Datapath.Delete(lost.Flow.Id);
        agent.Datapath.TakeAnswers(new List<Fabric.Agent.Datapaths.FlowAnswer>());
        Rest(agent, FlowKeeper.RoundInterval * 2);

        agent.Parts.Path.Counters.Vanished.ShouldBe(1);
        agent.Parts.Flows.Find(lost.Flow.Id).ShouldBeNull();
    }

    [Test]
    public void Rules_ports_and_devices_count_every_packet_once()
    {
        var net = Network();
        net.Chain(
                "web1-in",
                TopologyBuilder.Rule("other", RuleAction.Drop, new RuleMatch { Protocol = new Test<byte>(17) }),
                TopologyBuilder.Rule("all", RuleAction.Accept)
            )
            .ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") });
        using var agent = Taught(net);
        for (var i = 0; i < 5; i++)
            agent.Send("web1", Tcp).Length.ShouldBe(1);
        Rest(agent, FlowKeeper.RoundInterval);
        agent.Send("web1", Tcp);
        Rest(agent, FlowKeeper.IdleTimeout * 2);

        var traffic = agent.Parts.Keeper.Traffic;
        traffic.Rules[new RuleHit(net.ChainId("web1-in"), "all")].Packets.ShouldBe(6);
        traffic.Rules.Keys.ShouldNotContain(new RuleHit(net.ChainId("web1-in"), "other"));
        traffic.Devices[FlowTag.Of(FlowTagKind.Port, net.PortId("web1").Value)].Packets.ShouldBeGreaterThanOrEqualTo(6);
    }

    /// <summary>What a flow drops is counted with it; the packet that made the flow was counted when it was decided.</summary>
    [Test]
    public void Drops_of_flows_count_by_their_reason()
    {
        var net = Network();
        net.Chain("web1-in", TopologyBuilder.Rule("none", RuleAction.Drop))
            .ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") });
        using var agent = Taught(net);
        var decided = agent.Parts.Path.Counters.DropsOf(DropReason.Rule);
        for (var i = 0; i < 5; i++)
            agent.Send("web1", Tcp).ShouldBeEmpty();
        Rest(agent, FlowKeeper.RoundInterval);

        var before = agent.Parts.Path.Counters.DropsOf(DropReason.Rule) - decided;
        (before + agent.Parts.Keeper.Traffic.DropsOf(DropReason.Rule)).ShouldBe(5);
        agent.Parts.Keeper.Traffic.DropsOf(DropReason.Rule).ShouldBe(4);
    }

    /// <summary>A rule that comes before others takes nothing of what they have counted.</summary>
    [Test]
    public void A_rule_keeps_its_count_when_others_come_before_it()
    {
        var net = Network();
        net.Chain("web1-in", TopologyBuilder.Rule("all", RuleAction.Accept))
            .ChangePort("web1", port => port with { InboundChain = net.ChainId("web1-in") });
        using var agent = Taught(net);
        agent.Send("web1", Tcp).Length.ShouldBe(1);
        Rest(agent, FlowKeeper.RoundInterval);
        var chain = net.Topology.Chains[net.ChainId("web1-in")];
        net.Put(chain with { Rules = chain.Rules.Insert(0, TopologyBuilder.Rule("first", RuleAction.Continue)) });
        agent.Update();
        agent.Send("web1", Tcp).Length.ShouldBe(1);
        Rest(agent, FlowKeeper.IdleTimeout * 2);

        var rules = agent.Parts.Keeper.Traffic.Rules;
        rules[new RuleHit(chain.Id, "all")].Packets.ShouldBe(2);
        rules[new RuleHit(chain.Id, "first")].Packets.ShouldBe(1);
    }

    /// <summary>The kernel drops answers when its buffer for them is full; what became of a flow is then found out by the round.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void A_flow_whose_answer_was_lost_goes_on_in_its_life(bool isThere)
    {
        using var agent = Taught();
        agent.Send("web1", Tcp);
        var record = agent.Parts.Flows.Records.First(flow => $"{flow.Sample.EthSrc}" == Web1);
        record.State = FlowState.Installing;
        if (!isThere)
        {
            agent.Datapath.Delete(record.Flow.Id);
            agent.Datapath.TakeAnswers(new List<Fabric.Agent.Datapaths.FlowAnswer>());
        }
        Rest(agent, FlowKeeper.RoundInterval * 2);

        record.State.ShouldBe(isThere ? FlowState.Installed : FlowState.Ended);
        agent.Parts.Path.Counters.Vanished.ShouldBe(0, "it never stood");
    }

    /// <summary>A deletion that the datapath refused is asked for again in the next round, and one that it did without saying so is believed.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void A_flow_whose_deletion_was_not_answered_is_not_kept_for_ever(bool isThere)
    {
        using var agent = Taught();
        agent.Send("web1", Tcp);
        var record = agent.Parts.Flows.Records.First(flow => $"{flow.Sample.EthSrc}" == Web1);
        record.State = FlowState.Evicting;
        record.EvictedRound = -1;
        if (!isThere)
        {
            agent.Datapath.Delete(record.Flow.Id);
            agent.Datapath.TakeAnswers(new List<Fabric.Agent.Datapaths.FlowAnswer>());
        }
        Rest(agent, FlowKeeper.RoundInterval * 2);

        record.State.ShouldBe(FlowState.Ended);
        agent.Parts.Flows.Find(record.Flow.Id).ShouldBeNull();
    }

    [Test]
    public void Many_flows_that_vanish_at_once_are_asked_for_a_slice_a_turn()
    {
        using var agent = Taught();
        for (var i = 0; i < FlowKeeper.MissedSlice * 3; i++)
            agent.Send("web1", $"dl_src={Web1},dl_dst=02:00:00:01:00:{i:x2},ip");
        foreach (var record in agent.Parts.Flows.Records)
            agent.Datapath.Delete(record.Flow.Id);
        agent.Datapath.TakeAnswers(new List<Fabric.Agent.Datapaths.FlowAnswer>());
        agent.Clock.Pass(FlowKeeper.RoundInterval);
        agent.Turn();
        agent.Turn();
        agent.Parts.Path.Counters.Vanished.ShouldBe(FlowKeeper.MissedSlice);
        for (var turns = 0; turns < 4; turns++)
            agent.Turn();

        agent.Parts.Flows.Count.ShouldBe(0);
    }

    [Test]
    public void A_full_table_makes_room_by_idleness_and_goes_on_forwarding()
    {
        using var agent = Taught(limit: 10);
        for (var port = 1; port <= 30; port++)
            agent.Send("web1", $"dl_src={Web1},dl_dst=02:00:00:00:01:{port:x2},ip").Length.ShouldBe(1, "a flood, but forwarded");
        agent.Parts.Flows.Count.ShouldBe(10);
        agent.Parts.Path.Counters.NotInstalledFull.ShouldBeGreaterThan(0);
        Rest(agent, FlowKeeper.RoundInterval + FlowKeeper.CrowdedTimeout);

        agent.Parts.Flows.Count.ShouldBe(0, "long before the idle timeout of a table with room");
    }

    [Test]
    public void Many_touched_flows_are_compared_a_slice_a_turn()
    {
        var net = Network();
        using var agent = Taught(net);
        const int flows = FlowKeeper.CompareSlice * 2;
        for (var i = 0; i < flows; i++)
            agent.Send("web1", $"dl_src={Web1},dl_dst=02:00:00:01:{i >> 8:x2}:{i & 255:x2},ip");
        net.ChangePort("web1", port => port with { IsAdminUp = false });
        agent.Update();
        agent.Parts.Keeper.Waiting.ShouldBeInRange(1, flows);
        for (var turns = 0; turns < 4; turns++)
            agent.Turn();

        agent.Parts.Keeper.Waiting.ShouldBe(0);
        agent.Send("web1", $"dl_src={Web1},dl_dst=02:00:00:01:00:00,ip").ShouldBeEmpty();
    }

    [TestCase(0, 2)]
    [TestCase(40_000, 2)]
    [TestCase(200_000, 10)]
    [TestCase(1_000_000, 50)]
    public void Rounds_are_as_far_apart_as_many_flows_are_read(int flows, double seconds) =>
        FlowKeeper.IntervalFor(flows).ShouldBe(TimeSpan.FromSeconds(seconds));

    /// <summary>Nobody else's packets may take the flows of a port that is gone, should its number ever come back.</summary>
    [Test]
    public void Flows_of_a_port_that_was_detached_leave_when_it_is_touched()
    {
        var net = Network();
        using var agent = Taught(net);
        agent.Send("web1", Tcp).Length.ShouldBe(1);
        var port = net.PortId("web1");
        agent.Parts.Ports.Remove(port);
        agent.Parts.Keeper.Touch([FlowTag.Of(FlowTagKind.Port, port.Value)]);
        agent.Turn();

        agent.Parts.Flows.Records.ShouldAllBe(record => record.Ingress != port);
    }

    private static TopologyBuilder Network() => new TopologyBuilder().Bridge("web").Port("web1", "web").Port("web2", "web");

    private static AgentBench Taught(TopologyBuilder? net = null, int limit = 100_000)
    {
        var agent = new AgentBench(net ?? Network(), limit);
        agent.Send("web2", $"dl_src={Web2},dl_dst=02:00:00:00:00:99,ip");
        return agent;
    }

    /// <summary>Time passes with a turn every half second.</summary>
    private static void Rest(AgentBench agent, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(0.5))
        {
            agent.Clock.Pass(TimeSpan.FromSeconds(0.5));
            agent.Turn();
        }
    }
}
