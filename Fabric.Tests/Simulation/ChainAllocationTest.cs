using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Packets;
using static Fabric.Tests.Simulation.ChainWorld;

namespace Fabric.Tests.Simulation;

/// <summary>Chains cost no memory once they are compiled.</summary>
public class ChainAllocationTest
{
    [Test]
    public void RunningRulesOfEveryKindAllocatesNothing()
    {
        var world = EveryKind();
        var key = Keys.Tcp4();
        for (var i = 0; i < 100; i++)
            world.Run(key).Reason.ShouldBe(Fabric.Simulation.DropReason.DeviceAdminDown);
        world.Scratch.RuleHits.Count.ShouldBeGreaterThan(15);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            world.Run(key);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    /// <summary>A rule of each kind that matches, and one that does not, in a chain that was jumped to.</summary>
    private static ChainWorld EveryKind()
    {
        var prefix = new Test<IpPrefix>(IpPrefix.Parse("10.0.0.0/24"));
        RuleMatch[] matches =
        [
            new() { InPorts = new([Entry]) },
            new() { InPorts = new([Entry, new PortId(9)]) },
            new() { OutPorts = new([Entry, new PortId(9)], IsNegated: true) },
            new() { InPortGroup = new(Group) },
            new() { OutPortGroup = new(Group, IsNegated: true) },
            new() { IngressPortGroup = new(Group) },
            new() { Traversed = new(ChainWorld.Bridge) },
            new() { IsDestinationRewritten = false },
            new() { Vlan = new(null) },
            new() { EthType = new(EtherType.Ipv4) },
            new() { EthSrc = new(MacMatch.Exactly(MacAddress.Parse("02:00:00:00:00:0a"))) },
            new() { Protocol = new(IpProtocol.Tcp), Fragments = FragmentPolicy.Unfragmented },
            new() { Tos = new(new(0, 0xff)) },
            new() { Source = prefix, Destination = prefix },
            new() { SourceSet = new(Set) },
            new() { DestinationSet = new(new AddressSetId(99), IsNegated: true) },
            new() { SourcePort = new(new(1024, 50000)), DestinationPort = new(PortRange.Only(80)) },
            new() { TcpFlags = new(new(0, 2)) },
            new() { Direction = FlowDirection.Forward },
            new() { States = new(ConnectionStates.New | ConnectionStates.Invalid) },
            new() { IcmpInnerSource = prefix with { IsNegated = true } },
        ];
        var inner = new ChainId(101);
        var hits = matches.Select((match, i) => Rule($"hit{i}", RuleAction.Continue, match));
        var misses = matches.Select((match, i) => Rule($"miss{i}", RuleAction.Drop, match with { IsInverted = true }));
        var rewrites = new[]
        {
            Rule("push", RuleAction.PushVlan, vlan: new VlanTag(EtherType.Vlan, 5, 0)),
            Rule("pop", RuleAction.PopVlan),
        };
        var world = ChainWorld
            .Of(Rule("in", RuleAction.Jump, to: inner))
            .Chain(inner, [.. hits, .. misses, .. rewrites])
            .Members(Set, "10.0.0.0/25");
        return world;
    }
}
