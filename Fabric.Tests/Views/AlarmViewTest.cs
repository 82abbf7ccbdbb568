using System.Text.Json.Nodes;
using Fabric.Agent.Views;
using Fabric.Devices;

namespace Fabric.Tests.Views;

/// <summary>What is an alarm; none is without cause and next step.</summary>
[TestFixture]
public sealed class AlarmViewTest
{
    private static readonly TopologyBuilder s_net = new TopologyBuilder().Bridge("web").Port("web1", "web").Port("web2", "web");

    [Test]
    public void A_healthy_network_has_none() => Alarms("{}").ShouldBeEmpty();

    [TestCase("""{"members":[{"name":"b","state":"unreachable","heard_s":7}]}""", "critical", "the agent of host b does not answer")]
    [TestCase("""{"members":[{"name":"b","state":"unreachable","heard_s":null}]}""", "critical", "the agent of host b does not answer")]
    [TestCase("""{"tunnels":[{"host":"b","state":"down","for_s":3,"lost":9,"of":9}]}""", "critical", "the tunnel to host b is down")]
    [TestCase(
        """{"tunnels":[{"host":"b","state":"degraded","for_s":3,"lost":9,"of":99}]}""",
        "warning",
        "the tunnel to host b is degraded"
    )]
    [TestCase(
        """{"tunnels":[{"host":"b","state":"black-hole","for_s":3,"lost":0,"of":9}]}""",
        "warning",
        "the tunnel to host b is black-hole"
    )]
    [TestCase("""{"journal":"it is away"}""", "critical", "the journal cannot be used: the network cannot be changed")]
    [TestCase("""{"copy":"the disk is full"}""", "warning", "this agent's own copy of the network could not be written")]
    [TestCase("""{"problems":["t/web1: there is no interface"]}""", "warning", "a port of this host is not attached")]
    [TestCase("""{"problems":["read links: it is not permitted"]}""", "warning", "this host's ports cannot be looked after")]
    [TestCase("""{"behind_s":7.5,"position":41}""", "critical", "this agent is behind: what it shows and decides by is old")]
    public void Each_tells_its_cause_and_the_next_step(string status, string severity, string what)
    {
        var alarm = Alarms(status).ShouldHaveSingleItem()!;

        ((string)alarm["severity"]!, (string)alarm["what"]!).ShouldBe((severity, what));
        ((string)alarm["why"]!).Length.ShouldBeGreaterThan(10);
        ((string)alarm["next"]!).Length.ShouldBeGreaterThan(10);
    }

    [TestCase("""{"members":[{"name":"b","state":"live"},{"name":"c","state":"left"}]}""")]
    [TestCase("""{"tunnels":[{"host":"b","state":"up"},{"host":"c","state":"idle"}]}""")]
    [TestCase("""{"journal":"ok","copy":"ok"}""")]
    [TestCase("""{"behind_s":0.4,"position":41}""", Description = "an entry is under way")]
    [TestCase("""{"problems":["tunnel to b: down, nothing comes back, for 3 s"]}""", Description = "that is the tunnel's alarm")]
    public void What_is_well_or_told_already_is_none(string status) => Alarms(status).ShouldBeEmpty();

    [Test]
    public void The_gravest_come_first_and_a_port_without_interface_is_one()
    {
        var learned = LearnedSnapshot.Empty with { DownPorts = [s_net.PortId("web2")] };

        var alarms = AlarmView.Of(JsonNode.Parse("""{"journal":"away"}""")!.AsObject(), s_net.Topology, learned);

        alarms
            .Select(alarm => (string)alarm!["what"]!)
            .ShouldBe([
                "the journal cannot be used: the network cannot be changed",
                $"port {s_net.Topology.Ports[s_net.PortId("web2")].Name} is down",
            ]);
    }

    private static JsonArray Alarms(string status) =>
        AlarmView.Of(JsonNode.Parse(status)!.AsObject(), s_net.Topology, LearnedSnapshot.Empty);
}
