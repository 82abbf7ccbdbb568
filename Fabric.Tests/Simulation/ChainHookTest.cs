using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Tests.Simulation;

/// <summary>Rows 17, 39, 55 and 56: where chains are attached, and what they know there.</summary>
public class ChainHookTest
{
    private static readonly string[] Hooks =
    [
        "vm1 in",
        "lan in",
        "lan out",
        "lan-edge out",
        "edge-lan in",
        "edge in",
        "edge out",
        "uplink out",
    ];

    [TestCaseSource(nameof(Hooks))]
    public void Row55EachHookRunsItsChainAndLeavesItsTag(string hook)
    {
        var world = RouterWorld.Usual();
        world.Net.Chain("web", TopologyBuilder.Rule("no", RuleAction.Drop, new() { DestinationPort = new(PortRange.Only(5000)) }));
        Attach(world, hook);
        var verdict = world.Send("vm1", Outward());
        verdict.Reason.ShouldBe(DropReason.Rule);
        verdict.Decider.Device.ShouldBe(Device(world, hook));
        (verdict.Decider.Hook is ChainHook.PortOutbound or ChainHook.DeviceOutbound).ShouldBe(
            hook.EndsWith("out", StringComparison.Ordinal)
        );
        world.HasTag(FlowTag.Of(FlowTagKind.Chain, world.Net.ChainId("web").Value)).ShouldBeTrue();

        world.Net.Chain("web");
        world.Send("vm1", Outward()).Kind.ShouldBe(VerdictKind.Forward);
        world.HasTag(FlowTag.Of(FlowTagKind.Chain, world.Net.ChainId("web").Value)).ShouldBeTrue();
    }

    [Test]
    public void Row56RulesInsertedAndDeletedTakeEffect()
    {
        var world = RouterWorld.Usual();
        world.Net.Chain("web", TopologyBuilder.Rule("first", RuleAction.Continue), TopologyBuilder.Rule("last", RuleAction.Accept));
        Attach(world, "lan in");
        var chain = world.Net.ChainId("web");
        Forwards(world).ShouldBeTrue();
        world.Net.Do(new TopologyCommand.InsertRule(chain, 1, TopologyBuilder.Rule("middle", RuleAction.Drop)));
        Forwards(world).ShouldBeFalse();
        world.Net.Do(new TopologyCommand.DeleteRule(chain, "middle"));
        Forwards(world).ShouldBeTrue();
        world.Net.Do(new TopologyCommand.DeleteRule(chain, "last"));
        world.Net.Do(new TopologyCommand.InsertRule(chain, 1, TopologyBuilder.Rule("end", RuleAction.Drop)));
        Forwards(world).ShouldBeFalse();
        world.Net.Do(new TopologyCommand.ReplaceRule(chain, "end", TopologyBuilder.Rule("end", RuleAction.Accept)));
        Forwards(world).ShouldBeTrue();
    }

    [TestCase("edge out", "uplink", true)]
    [TestCase("edge out", "edge-lan", false)]
    [TestCase("uplink out", "uplink", true)]
    [TestCase("lan out", "lan-edge", true)]
    [TestCase("edge in", "uplink", false)]
    public void Row39ARuleMatchesByTheOutPortWhereItIsKnown(string hook, string port, bool isMatched)
    {
        var world = RouterWorld.Usual();
        world.Net.Group("ups").ChangePort(port, it => it with { Groups = [world.Net.GroupId("ups")] });
        foreach (
            var match in new RuleMatch[]
            {
                new() { OutPorts = new([world.Net.PortId(port)]) },
                new() { OutPortGroup = new(world.Net.GroupId("ups")) },
            }
        )
        {
            world.Net.Chain("web", TopologyBuilder.Rule("no", RuleAction.Drop, match));
            Attach(world, hook);
            Forwards(world).ShouldBe(!isMatched);
        }
    }

    [TestCase("lan in", "vm1", true)]
    [TestCase("edge in", "vm1", false)]
    [TestCase("edge out", "edge-lan", true)]
    [TestCase("uplink out", "edge-lan", true)]
    public void Row39ARuleMatchesByThePortThatTheCurrentDeviceWasEnteredBy(string hook, string port, bool isMatched)
    {
        var world = RouterWorld.Usual();
        world.Net.Group("ins").ChangePort(port, it => it with { Groups = [world.Net.GroupId("ins")] });
        foreach (
            var match in new RuleMatch[]
            {
                new() { InPorts = new([world.Net.PortId(port)]) },
                new() { InPortGroup = new(world.Net.GroupId("ins")) },
            }
        )
        {
            world.Net.Chain("web", TopologyBuilder.Rule("no", RuleAction.Drop, match));
            Attach(world, hook);
            Forwards(world).ShouldBe(!isMatched);
        }
    }

    [TestCase("vm1", true)]
    [TestCase("vm2", false)]
    public void ARuleMatchesByThePortThatTheNetworkWasEnteredBy(string port, bool isMatched)
    {
        var world = RouterWorld.Usual();
        world.Net.Group("tenants").ChangePort(port, it => it with { Groups = [world.Net.GroupId("tenants")] });
        world.Net.Chain("web", TopologyBuilder.Rule("no", RuleAction.Drop, new() { IngressPortGroup = new(world.Net.GroupId("tenants")) }));
        Attach(world, "uplink out");
        Forwards(world).ShouldBe(!isMatched);
    }

    [TestCase("vm1", true)]
    [TestCase("lan", true)]
    [TestCase("lan-edge", true)]
    [TestCase("edge-lan", true)]
    [TestCase("edge", true)]
    [TestCase("uplink", true)]
    [TestCase("vm2", false)]
    public void ARuleMatchesByWhatWasPassed(string device, bool isMatched)
    {
        var world = RouterWorld.Usual();
        world.Net.Chain("web", TopologyBuilder.Rule("no", RuleAction.Drop, new() { Traversed = new(Device(world, device)) }));
        Attach(world, "uplink out");
        Forwards(world).ShouldBe(!isMatched);
    }

    [Test]
    public void CopiesOfAFloodDoNotKnowOfEachOther()
    {
        var world = RouterWorld.Usual();
        world.Net.Chain("web", TopologyBuilder.Rule("no", RuleAction.Drop, new() { Traversed = new(world.Net.PortId("vm2")) }));
        world.Net.Port("vm3", "lan", outbound: "web");
        world.Send("vm1", Keys.Ethernet(0x88b5).With(FlowField.EthDst, MacAddress.Broadcast.Bits));
        world.Scratch.Outputs.Span.ToArray().Select(output => output.Port).ShouldBe([world.Net.PortId("vm2"), world.Net.PortId("vm3")]);
    }

    [Test]
    public void Row17ChainsOfBridgesSeeUntaggedFramesOnlyAndChainsOfPortsSeeAll()
    {
        var world = RouterWorld.Usual();
        world.Net.Chain("web", TopologyBuilder.Rule("no", RuleAction.Drop));
        var tagged = Make.Tagged(Make.Udp("10.0.0.1", "10.0.0.2", RouterWorld.Vm1Mac, RouterWorld.Vm2Mac), 5);
        Attach(world, "lan in");
        Attach(world, "lan out");
        world.Send("vm1", tagged).Kind.ShouldBe(VerdictKind.Forward);
        Attach(world, "vm1 in");
        world.Send("vm1", tagged).Reason.ShouldBe(DropReason.Rule);
    }

    private static bool Forwards(RouterWorld world) => world.Send("vm1", Outward()).Kind == VerdictKind.Forward;

    private static byte[] Outward() => Make.Udp("10.0.0.1", "198.51.100.7", RouterWorld.Vm1Mac, RouterWorld.InsideMac);

    private static DeviceRef Device(RouterWorld world, string hook)
    {
        var name = hook.Split(' ')[0];
        return name switch
        {
            "lan" => world.Net.BridgeId(name),
            "edge" => world.Net.RouterId(name),
            _ => world.Net.PortId(name),
        };
    }

    private static void Attach(RouterWorld world, string hook)
    {
        var isOut = hook.EndsWith("out", StringComparison.Ordinal);
        var chain = world.Net.ChainId("web");
        Device changed = world.Topology.Find(Device(world, hook)) switch
        {
            Bridge it => isOut ? it with { OutboundChain = chain } : it with { InboundChain = chain },
            Router it => isOut ? it with { OutboundChain = chain } : it with { InboundChain = chain },
            Port it => isOut ? it with { OutboundChain = chain } : it with { InboundChain = chain },
            _ => throw new InvalidOperationException(hook),
        };
        world.Net.Put(changed);
    }
}
