using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using static Fabric.Tests.TopologyBuilder;

namespace Fabric.Tests.Changes;

public class TopologyDiffTest
{
    private static TopologySnapshot RandomNetwork(int seed)
    {
        var generator = new CommandGenerator(seed);
        var topology = CommandGenerator.Beginning();
        for (var i = 0; i < 150; i++)
            topology = TopologyDecisions.Decide(topology, generator.Next()).Events.Aggregate(topology, TopologyEvolution.Apply);
        return topology;
    }

    private static TopologySnapshot Apply(TopologySnapshot topology, TopologyCommand command, string because)
    {
        var decision = TopologyDecisions.Decide(topology, command);
        decision.Rejection?.Message.ShouldBeNull(because);
        return decision.Events.Aggregate(topology, TopologyEvolution.Apply);
    }

    [Test]
    public void Any_network_becomes_any_other_and_then_nothing_is_left_to_do([Range(1, 150)] int seed)
    {
        var current = RandomNetwork(seed);
        var wanted = RandomNetwork(seed + 100_000);
        var because = $"seed {seed}";
        var result = Apply(current, TopologyDiff.Commands(current, wanted), because);
        NamedTopology.Of(result).ShouldBe(NamedTopology.Of(wanted), because);
        TopologyIndexes.ShouldBeRight(result, because);
        TopologyDiff.Commands(result, wanted).Commands.ShouldBeEmpty(because);
        TopologyDiff.Changes(result, wanted).ShouldBeEmpty(because);
        TopologyDiff.Changes(current, wanted).IsEmpty.ShouldBe(NamedTopology.Of(current).SequenceEqual(NamedTopology.Of(wanted)), because);
    }

    /// <summary>Else what somebody else changed between looking and doing would be overwritten.</summary>
    [Test]
    public void Every_device_that_is_changed_must_be_as_it_was_looked_at([Range(1, 60)] int seed)
    {
        var current = RandomNetwork(seed);
        var commands = TopologyDiff.Commands(current, RandomNetwork(seed + 100_000));
        var changed = TopologyDecisions
            .Decide(current, commands)
            // A key is given to a bridge because of its port; nothing of the bridge itself is overwritten.
            .Events.Where(happened => happened is not TopologyEvent.TunnelKeyGiven)
            .Select(happened => current.Find(happened.Subject))
            .OfType<Device>()
            .Distinct();
        commands.Expected.ShouldBe(
            changed.Select(device => new DeviceVersion(device.Ref, device.Version)),
            ignoreOrder: true,
            $"seed {seed}"
        );
    }

    [Test]
    public void A_device_that_somebody_else_changed_meanwhile_is_not_overwritten()
    {
        var net = new TopologyBuilder().Chain("c", Rule("a", RuleAction.Accept)).Bridge("b").Bridge("free");
        var wanted = new TopologyBuilder().Chain("c", Rule("a", RuleAction.Drop)).Bridge("b", inbound: "c").Topology;
        var commands = TopologyDiff.Commands(net.Topology, wanted, isPruning: false);

        TopologyDecisions
            .Decide(Apply(net.Topology, new TopologyCommand.DeleteDevice(net.BridgeId("free")), ""), commands)
            .IsAccepted.ShouldBeTrue();

        var edited = Apply(net.Topology, new TopologyCommand.InsertRule(net.ChainId("c"), 1, Rule("b", RuleAction.Drop)), "");
        var refusal = TopologyDecisions.Decide(edited, commands).Rejection.ShouldNotBeNull();
        refusal.Reason.ShouldBe(RejectionReason.VersionConflict);
        refusal.Subject.ShouldBe(net.ChainId("c"));

        var gone = Apply(net.Topology, new TopologyCommand.DeleteDevice(net.ChainId("c")), "");
        refusal = TopologyDecisions.Decide(gone, commands).Rejection.ShouldNotBeNull();
        refusal.Reason.ShouldBe(RejectionReason.VersionConflict);
        refusal.Message.ShouldEndWith("was at version 1 and does not exist any more: look at what is there");
    }

    [Test]
    public void What_is_not_described_stays_without_pruning([Range(1, 40)] int seed)
    {
        var current = RandomNetwork(seed);
        var wanted = new TopologyBuilder()
            .Tenant("new")
            .Bridge("b")
            .Router("r")
            .Connect("b", "r", "02:00:00:00:00:01", "10.0.0.1/24")
            .Topology;
        var result = Apply(current, TopologyDiff.Commands(current, wanted, isPruning: false), $"seed {seed}");
        NamedTopology.Of(result).ShouldBe(NamedTopology.Of(current).Concat(NamedTopology.Of(wanted)), ignoreOrder: true, $"seed {seed}");
    }

    [Test]
    public void Ids_of_a_description_do_not_count()
    {
        var current = new TopologyBuilder().Chain("x").Chain("c", Rule("r", RuleAction.Accept)).Bridge("b", inbound: "c").Topology;
        var wanted = new TopologyBuilder().Chain("c", Rule("r", RuleAction.Accept)).Chain("x").Bridge("b", inbound: "c").Topology;
        TopologyDiff.Commands(current, wanted).Commands.ShouldBeEmpty();
        TopologyDiff.Changes(current, wanted).ShouldBeEmpty();
    }

    [Test]
    public void A_changed_rule_is_told_alone()
    {
        static TopologyBuilder Chain(RuleAction action) =>
            new TopologyBuilder().Chain("c", Rule("a", RuleAction.Accept), Rule("b", action), Rule("z", RuleAction.Drop));
        var current = Chain(RuleAction.Drop);
        TopologyDiff
            .Commands(current.Topology, Chain(RuleAction.Reject).Topology)
            .Commands.ShouldBe([
                new TopologyCommand.DeleteRule(current.ChainId("c"), "b"),
                new TopologyCommand.InsertRule(current.ChainId("c"), 1, Rule("b", RuleAction.Reject)),
            ]);
    }

    [Test]
    public void A_port_that_moves_comes_again_with_another_id_and_its_rules_follow()
    {
        var current = new TopologyBuilder().Bridge("a").Bridge("b").Port("p", "a", "02:00:00:00:00:01");
        current.Chain("c", Rule("r", RuleAction.Drop, new RuleMatch { InPorts = new([current.PortId("p")]) }));
        var wanted = new TopologyBuilder().Bridge("a").Bridge("b").Port("p", "b", "02:00:00:00:00:01").Topology;
        var result = Apply(current.Topology, TopologyDiff.Commands(current.Topology, wanted, isPruning: false), "");
        var port = (Port)result.Find(DeviceKind.Port, new DeviceName("acme", "p"))!;
        port.Owner.ShouldBe(current.BridgeId("b"));
        port.Id.ShouldNotBe(current.PortId("p"));
        result.Chains[current.ChainId("c")].Rules[0].Match.InPorts!.Value.Value.ShouldBe([port.Id]);
        TopologyDiff
            .Changes(current.Topology, wanted, isPruning: false)
            .Select(change => change.ToString())
            .ShouldBe(["~ port 'acme/p': device 'acme/a' -> 'acme/b'"]);
    }

    [Test]
    public void Changes_are_told_by_name()
    {
        var current = new TopologyBuilder()
            .Chain("web-in", Rule("web", RuleAction.Accept), Rule("old", RuleAction.Drop))
            .Chain("gone")
            .Bridge("left")
            .Router("edge")
            .Port("vm1", "left", "02:00:00:00:00:01", "10.0.0.1/24")
            .Port("up", "edge", "02:00:00:00:00:02", "192.0.2.2/30")
            .Route("edge", "default", "0.0.0.0/0", "up", "192.0.2.1")
            .Set("bad", "10.0.0.0/8");
        var wanted = new TopologyBuilder()
            .Chain("web-in", Rule("web", RuleAction.Reject), Rule("new", RuleAction.Drop))
            .Bridge("left")
            .Bridge("right")
            .Router("edge")
            .Port("vm1", "left", "02:00:00:00:00:01", "10.0.0.1/24 10.0.0.7/24", inbound: "web-in", up: false)
            .Port("up", "edge", "02:00:00:00:00:02", "192.0.2.2/30")
            .Route("edge", "default", "0.0.0.0/0", "up", "192.0.2.1", metric: 5)
            .Set("bad", "10.0.0.0/8", "fd00::/8");
        TopologyDiff
            .Changes(current.Topology, wanted.Topology)
            .Select(change => change.ToString())
            .ShouldBe([
                "~ port 'acme/vm1': up yes -> no, inbound chain none -> 'acme/web-in', addresses 10.0.0.1/24 -> 10.0.0.1/24 10.0.0.7/24",
                "+ bridge 'acme/right'",
                "~ router 'acme/edge': route 'default' forward 0.0.0.0/0 by 'acme/up' via 192.0.2.1 metric 100 weight 1 -> forward 0.0.0.0/0 by 'acme/up' via 192.0.2.1 metric 5 weight 1",
                "- chain 'acme/gone'",
                "~ chain 'acme/web-in': rule 'web' accept -> reject, rule 'old' removed, rule 'new' added",
                "~ address set 'acme/bad': member fd00::/8 added",
            ]);
    }

    [Test]
    public void Rules_in_another_order_are_a_change()
    {
        var current = new TopologyBuilder().Chain("c", Rule("a", RuleAction.Accept), Rule("b", RuleAction.Drop)).Topology;
        var wanted = new TopologyBuilder().Chain("c", Rule("b", RuleAction.Drop), Rule("a", RuleAction.Accept)).Topology;
        TopologyDiff.Changes(current, wanted).ShouldHaveSingleItem().ToString().ShouldBe("~ chain 'acme/c': order of rules changed");
        NamedTopology.Of(Apply(current, TopologyDiff.Commands(current, wanted), "")).ShouldBe(NamedTopology.Of(wanted));
    }

    [Test]
    public void A_bound_port_is_linked_and_a_linked_one_bound()
    {
        static TopologyBuilder Start() => new TopologyBuilder().Bridge("b").Router("r");
        var bound = Start().Port("p", "b").Port("q", "r", "02:00:00:00:00:01", "10.0.0.1/24").Topology;
        var linked = Start()
            .Host("host1")
            .InteriorPort("p", "b")
            .InteriorPort("q", "r", "02:00:00:00:00:01", "10.0.0.1/24")
            .Link("p", "q")
            .Topology;
        NamedTopology.Of(Apply(bound, TopologyDiff.Commands(bound, linked), "")).ShouldBe(NamedTopology.Of(linked));
        NamedTopology.Of(Apply(linked, TopologyDiff.Commands(linked, bound), "")).ShouldBe(NamedTopology.Of(bound));
    }
}
