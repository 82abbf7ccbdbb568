using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Tests.Upcalls;

/// <summary>What an upcall thread remembers of its last drops.</summary>
[TestFixture]
public sealed class DropTableTest
{
    private const string Web1 = "02:00:00:00:00:01";
    private const string Web2 = "02:00:00:00:00:02";

    [Test]
    public void Drops_that_are_alike_are_one_record_with_the_name_of_the_rule()
    {
        using var agent = new AgentBench(Filtered());
        agent.Send("web1", Telnet(1000)).ShouldBeEmpty();
        agent.Clock.Pass(TimeSpan.FromSeconds(1));
        agent.Send("web1", Telnet(1001)).ShouldBeEmpty();
        agent.Send("web1", $"dl_src={Web1},dl_dst={Web2},udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_dst=23").Length.ShouldBe(1);

        var drop = agent.Parts.Path.Drops.Records.ShouldHaveSingleItem();
        (drop.Rule, drop.Verdict.Reason, drop.Key.TpDst).ShouldBe(("no-telnet", DropReason.Rule, (ushort)23));
        drop.Verdict.Decider.RuleIndex.ShouldBe(1);
        drop.Packets.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Test]
    public void A_rule_that_moved_or_went_since_is_told_where_it_is_now()
    {
        var net = Filtered();
        using var agent = new AgentBench(net);
        agent.Send("web1", Telnet(1000));
        var drop = agent.Parts.Path.Drops.Records.Single();

        net.Chain("no", Rule("no-telnet", 23));
        drop.DeciderIn(net.Topology).RuleIndex.ShouldBe(0);
        net.Chain("no", Rule("other", 23));
        drop.DeciderIn(net.Topology).IsRule.ShouldBeFalse("the rule is gone, and none is told in its place");
    }

    [Test]
    public void A_flood_of_different_drops_takes_no_more_than_its_slots()
    {
        var table = new DropTable(TimeProvider.System);
        var verdict = new Verdict(VerdictKind.Drop, DropReason.NoRoute, true, Decider.At(new RouterId(1)));
        for (uint i = 0; i < 10_000; i++)
        {
            var key = new Fabric.Flows.FlowKey
            {
                EthType = EtherType.Ipv4,
                IpProto = IpProtocol.Udp,
                TpDst = (ushort)i,
                InPort = i,
            };
            table.Add(key, new PortId(1), verdict, null);
        }

        table.Records.Count().ShouldBeLessThanOrEqualTo(DropTable.Slots);
        (table.Records.Sum(record => record.Packets) + table.Displaced).ShouldBe(10_000);
    }

    [Test]
    public void Before_the_first_drop_there_is_nothing() => new DropTable(TimeProvider.System).Records.ShouldBeEmpty();

    private static string Telnet(int port) => $"dl_src={Web1},dl_dst={Web2},tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src={port},tp_dst=23";

    private static Rule Rule(string name, ushort port) =>
        TopologyBuilder.Rule(
            name,
            RuleAction.Drop,
            new RuleMatch { Protocol = new(IpProtocol.Tcp), DestinationPort = new(PortRange.Only(port)) }
        );

    private static TopologyBuilder Filtered() =>
        new TopologyBuilder()
            .Chain("no", Rule("no-ssh", 22), Rule("no-telnet", 23))
            .Bridge("web")
            .Port("web1", "web", Web1, inbound: "no")
            .Port("web2", "web", Web2);
}
