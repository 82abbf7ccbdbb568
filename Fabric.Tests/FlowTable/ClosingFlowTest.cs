using Fabric.Addresses;
using Fabric.Agent.FlowTable;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Tests.Upcalls;

namespace Fabric.Tests.FlowTable;

/// <summary>A TCP connection whose end only the datapath saw is over, however its flows go.</summary>
[TestFixture]
public sealed class ClosingFlowTest
{
    private const string Station = "02:00:00:00:00:01";
    private const string Server = "02:00:00:00:00:07";
    private const string Inside = "02:00:00:00:01:01";
    private const string Outside = "02:00:00:00:01:02";

    private TopologyBuilder _net = null!;
    private AgentBench _agent = null!;

    /// <summary>A connection through a translation is there, and a flow for each of its directions.</summary>
    [SetUp]
    public void Connect()
    {
        _net = new TopologyBuilder()
            .Bridge("lan")
            .Bridge("wan")
            .Port("station", "lan", Station, "10.0.0.1/24")
            .Port("server", "wan", Server, "203.0.113.7/24")
            .Router("edge")
            .Connect("lan", "edge", Inside, "10.0.0.254/24")
            .Connect("wan", "edge", Outside, "203.0.113.1/24");
        _net.Nat(
            "edge",
            new NatRule
            {
                Name = "out",
                Kind = NatKind.Source,
                Port = _net.PortId("edge-wan"),
                Outside = AddressRange.Only(IpAddress.Parse("203.0.113.50")),
            }
        );
        _agent = new AgentBench(_net);
        Speak("+syn");
        Answer("+syn+ack");
        for (var i = 0; i < 2; i++)
        {
            Speak("+ack");
            Answer("+ack");
        }
        _agent.Clock.Pass(FlowKeeper.RoundInterval);
        _agent.Turn();
        Phase().ShouldBe(ConnectionPhase.Established);
    }

    [TearDown]
    public void TakeDown() => _agent.Dispose();

    [Test]
    public void ItsFlowsAreLookedAtOnlyWhenTheirTimeIsOver()
    {
        End();
        _agent.Clock.Pass(FlowKeeper.RoundInterval + FlowKeeper.EndedTimeout);
        _agent.Turn();
        Phase().ShouldBe(ConnectionPhase.Closed);
    }

    [Test]
    public void ItsFlowsLeaveForAnotherReason()
    {
        End();
        _net.Chain("none", TopologyBuilder.Rule("none", RuleAction.Drop))
            .ChangePort("station", port => port with { InboundChain = _net.ChainId("none"), OutboundChain = _net.ChainId("none") });
        _agent.Update();
        Phase().ShouldBe(ConnectionPhase.Closed);
    }

    [Test]
    public void TheEndComesInTheMomentOfTheLastData()
    {
        Speak("+ack");
        Answer("+ack");
        _agent.Clock.Pass(FlowKeeper.RoundInterval);
        // What was used is told; the end has the same time, by a clock that is as coarse as a kernel's.
        Speak("+ack");
        Answer("+ack");
        _agent.Turn();
        End();
        _agent.Clock.Pass(FlowKeeper.RoundInterval);
        _agent.Turn();
        Phase().ShouldBe(ConnectionPhase.Closed);
    }

    /// <summary>Both sides end it, and nobody but the datapath sees that.</summary>
    private void End()
    {
        var upcalls = _agent.Parts.Path.Counters.Upcalls;
        Speak("+fin+ack");
        Answer("+fin+ack");
        Speak("+ack");
        _agent.Parts.Path.Counters.Upcalls.ShouldBe(upcalls);
    }

    private void Speak(string flags) =>
        _agent
            .Send(
                "station",
                $"tcp,dl_src={Station},dl_dst={Inside},nw_src=10.0.0.1,nw_dst=203.0.113.7,nw_ttl=64,tp_src=4000,tp_dst=80,tcp_flags={flags}"
            )
            .ShouldHaveSingleItem();

    private void Answer(string flags) =>
        _agent
            .Send(
                "server",
                $"tcp,dl_src={Server},dl_dst={Outside},nw_src=203.0.113.7,nw_dst=203.0.113.50,nw_ttl=64,tp_src=80,tp_dst=4000,tcp_flags={flags}"
            )
            .ShouldHaveSingleItem();

    private ConnectionPhase Phase()
    {
        var all = new List<Connection>();
        _agent.Parts.Effects.Connections.Read(table =>
        {
            table.CopyTo(all);
            return all.Count;
        });
        return all.ShouldHaveSingleItem().Phase;
    }
}
