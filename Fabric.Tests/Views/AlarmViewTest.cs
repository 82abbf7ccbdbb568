using System.Text.Json.Nodes;
using Fabric.Addresses;
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
    [TestCase("""{"snapshots":"the disk is full"}""", "warning", "the journal's last snapshot could not be written")]
    [TestCase("""{"otlp":"it answered 503"}""", "warning", "the collector does not take this agent's metrics")]
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
    [TestCase("""{"journal":"ok","copy":"ok","snapshots":"ok","otlp":"ok"}""")]
    [TestCase("""{"otlp":null}""", Description = "there is no collector")]
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

    [Test]
    public void Members_that_checks_find_down_are_one_alarm_of_their_pool_and_a_pool_without_any_is_grave()
    {
        var net = new TopologyBuilder().Router("edge").Port("lan", "edge", "02:00:00:00:01:01", "10.0.0.254/24");
        var members = new[] { "one", "two", "three" }.Select(
            (name, i) =>
                new PoolMember
                {
                    Name = name,
                    Address = IpAddress.Parse($"10.0.0.{i + 1}"),
                    Port = 80,
                }
        );
        var pool = new Pool
        {
            Name = "web",
            Check = new HealthCheck(),
            Members = Pool.NoMembers.AddRange(members.Select(member => KeyValuePair.Create(member.Name, member))),
        };
        net.Balance(
            "edge",
            pool,
            new Balancer
            {
                Name = "shop",
                Pool = "web",
                Address = IpAddress.Parse("203.0.113.80"),
                Ports = PortRange.Only(80),
            }
        );
        var key = PoolKey.Of(net.RouterId("edge"), "web");
        LearnedSnapshot Learned(params (string Member, CheckResult Result)[] down) =>
            LearnedSnapshot.Empty with
            {
                Health = LearnedSnapshot.Empty.Health.SetItem(
                    key,
                    down.Aggregate(
                        PoolHealth.Unknown,
                        (health, one) => health.With(MemberKey.Of(key, pool.Members[one.Member]), new MemberHealth(0, one.Result, 0))
                    )
                ),
            };
        JsonArray Of(LearnedSnapshot learned) => AlarmView.Of([], net.Topology, learned);

        Of(Learned()).ShouldBeEmpty("nobody has been checked");
        var some = Of(Learned(("two", CheckResult.NoTls), ("one", CheckResult.Refused))).ShouldHaveSingleItem()!;
        ((string)some["severity"]!, (string)some["what"]!).ShouldBe(("warning", "2 of 3 members of pool web of acme/edge are down"));
        ((string)some["why"]!).ShouldBe("Its checks find them down: one (nothing listens at the port), two (it agrees on no TLS).");
        var all = Of(Learned(("one", CheckResult.NoAnswer), ("two", CheckResult.NoAnswer), ("three", CheckResult.NoAnswer)))
            .ShouldHaveSingleItem()!;
        ((string)all["severity"]!, (string)all["what"]!).ShouldBe(("critical", "pool web of acme/edge serves nobody"));

        net.Balance(
            "edge",
            pool with
            {
                Members = pool.Members.SetItem("two", pool.Members["two"] with { State = PoolMemberState.Draining }),
            }
        );
        Of(Learned(("two", CheckResult.Refused))).ShouldBeEmpty("who was taken out is not missed");
    }

    private static JsonArray Alarms(string status) =>
        AlarmView.Of(JsonNode.Parse(status)!.AsObject(), s_net.Topology, LearnedSnapshot.Empty);
}
