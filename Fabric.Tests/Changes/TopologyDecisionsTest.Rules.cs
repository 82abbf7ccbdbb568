using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using static Fabric.Tests.TopologyBuilder;

namespace Fabric.Tests.Changes;

public partial class TopologyDecisionsTest
{
    [Test]
    public void Chains_do_not_jump_in_circles()
    {
        var net = World();
        net.Chain("b", Rule("to-web", RuleAction.Jump, jumpTo: net.ChainId("web-in")));
        net.Chain("a", Rule("to-b", RuleAction.Jump, jumpTo: net.ChainId("b")));
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 1, Rule("back", RuleAction.Jump, jumpTo: net.ChainId("a")))),
            RejectionReason.ChainLoop,
            "chain 'acme/web-in' would jump to chain 'acme/a', which leads back to it: remove one of these jumps"
        );
        ShouldRefuse(
            Decide(
                net,
                new TopologyCommand.ReplaceRule(net.ChainId("web-in"), "web", Rule("self", RuleAction.Jump, jumpTo: net.ChainId("web-in")))
            ),
            RejectionReason.ChainLoop,
            "chain 'acme/web-in' would jump to itself: remove that jump"
        );
    }

    [Test]
    public void A_jump_is_turned_round_in_one_batch()
    {
        var net = World();
        net.Chain("b", Rule("to-web", RuleAction.Jump, jumpTo: net.ChainId("web-in")));
        var batch = new TopologyCommand.Batch([
            new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, Rule("to-b", RuleAction.Jump, jumpTo: net.ChainId("b"))),
            new TopologyCommand.DeleteRule(net.ChainId("b"), "to-web"),
        ]);
        Decide(net, batch).IsAccepted.ShouldBeTrue();
        Decide(net, batch with { Commands = batch.Commands[..1] }).Rejection!.Reason.ShouldBe(RejectionReason.ChainLoop);
    }

    private static IEnumerable<TestCaseData> BadRules()
    {
        static TestCaseData Match(RuleMatch match, string fault) => new(Rule("x", RuleAction.Drop, match), fault);
        var range = new Test<PortRange>(new PortRange(80, 80));
        yield return new(Rule("x", RuleAction.Jump), "jumps nowhere: name a chain");
        yield return new(Rule("x", RuleAction.Drop, jumpTo: new ChainId(1)), "names a chain without jumping: make its action jump");
        yield return new(Rule("x", RuleAction.PushVlan), "adds no VLAN tag: give one");
        yield return new(
            Rule("x", RuleAction.PopVlan, vlan: new VlanTag(0x8100, 1, 0)),
            "has a VLAN tag without adding it: make its action push-vlan"
        );
        yield return new(
            Rule("x", RuleAction.PushVlan, vlan: new VlanTag(0x8100, 4095, 0)),
            "adds a VLAN tag that cannot be: use protocol 0x8100 or 0x88a8, identifier 0 to 4094, priority 0 to 7"
        );
        yield return new(Rule("x", RuleAction.Drop) with { Meter = "a b" }, "has meter 'a b': use letters, digits, '-', '_' and '.'");
        yield return Match(new RuleMatch { DestinationPort = new(new PortRange(9, 8)) }, "asks for ports 9 to 8: give the lower first");
        yield return Match(
            new RuleMatch { DestinationPort = range, Fragments = FragmentPolicy.Any },
            "asks for ports of fragments that have none: use fragment policy header or unfragmented"
        );
        yield return Match(
            new RuleMatch { SourcePort = range, Fragments = FragmentPolicy.NonHeader },
            "asks for ports of fragments that have none: use fragment policy header or unfragmented"
        );
        yield return Match(
            new RuleMatch { TcpFlags = new(new TcpFlagsMatch(2, 2)), Fragments = FragmentPolicy.NonHeader },
            "asks for headers of fragments that have none: use fragment policy header or unfragmented"
        );
        yield return Match(new RuleMatch { Vlan = new(4095) }, "asks for VLAN 4095: use 0 to 4094");
        yield return Match(new RuleMatch { InPorts = new([]) }, "asks for one of no ports: name a port, or leave the condition out");
        yield return Match(
            new RuleMatch { Traversed = new(new ChainId(1)) },
            "asks whether a chain was traversed: name a port, bridge or router"
        );
        yield return Match(
            new RuleMatch { EthSrc = new(new MacMatch(new MacAddress(1), new MacAddress(2))) },
            "asks for bits of an Ethernet address that its mask leaves out: clear them"
        );
        yield return Match(
            new RuleMatch { Tos = new(new TosMatch(3, 0xfc)) },
            "asks for bits of the type of service that its mask leaves out: clear them"
        );
        yield return Match(
            new RuleMatch { Source = new(IpPrefix.Parse("10.0.0.0/8")), Destination = new(IpPrefix.Parse("fd00::/8")) },
            "asks for fd00::/8 and for the other IP version: use one version"
        );
        yield return Match(
            new RuleMatch { EthType = new(0x86dd), Source = new(IpPrefix.Parse("10.0.0.0/8")) },
            "asks for 10.0.0.0/8 and for the other IP version: use one version"
        );
        yield return Match(
            new RuleMatch { Protocol = new(1), SourcePort = new(new PortRange(256, 256)) },
            "asks for ICMP type or code 256: use 0 to 255"
        );
    }

    [TestCaseSource(nameof(BadRules))]
    public void A_rule_can_hold(Rule rule, string fault)
    {
        var net = World();
        ShouldRefuse(
            Decide(net, new TopologyCommand.InsertRule(net.ChainId("web-in"), 0, rule)),
            RejectionReason.Invalid,
            $"rule 'x' of chain 'acme/web-in' {fault}"
        );
    }
}
