using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Tests.Laws;

/// <summary>Random rules over the values of a world: every condition and every action, seldom many at once.</summary>
internal sealed class RuleGenerator(Random random, WorldGenerator world)
{
    /// <summary>Rules may ask about connections.</summary>
    public bool AsksConnections { get; init; }

    public Rule Next(string name)
    {
        var match = NextMatch();
        return random.Next(12) switch
        {
            0 or 1 or 2 => Make(name, match, RuleAction.Accept),
            3 or 4 => Make(name, match, RuleAction.Drop),
            5 => Make(name, match, RuleAction.Reject),
            6 => Make(name, match, RuleAction.Continue),
            7 => Make(name, match, RuleAction.Return),
            8 => Make(name, match, RuleAction.PushVlan) with { Vlan = new VlanTag(0x8100, 5, 0) },
            9 => Make(name, match, RuleAction.PopVlan),
            _ when world.Any(world.Topology.Chains.Keys) is { } target => Make(name, match, RuleAction.Jump) with { JumpTo = target },
            _ => Make(name, match, RuleAction.Drop),
        };
    }

    private static Rule Make(string name, RuleMatch match, RuleAction action) =>
        new()
        {
            Name = name,
            Match = match,
            Action = action,
        };

    private RuleMatch NextMatch()
    {
        var match = new RuleMatch { IsInverted = world.Coin(8) };
        for (var conditions = random.Next(4); conditions > 0; conditions--)
            match = With(match);
        return match;
    }

    private RuleMatch With(RuleMatch match)
    {
        var negated = world.Coin(4);
        var family = world.AnyFamily();
        return random.Next(AsksConnections ? 26 : 20) switch
        {
            0 when world.Any(world.Topology.Ports.Keys) is { } port => match with { InPorts = new(PortList.Of(port), negated) },
            1 when world.Any(world.Topology.Ports.Keys) is { } port => match with { OutPorts = new(PortList.Of(port), negated) },
            2 when world.Any(world.Topology.PortGroups.Keys) is { } group => match with { InPortGroup = new(group, negated) },
            3 when world.Any(world.Topology.PortGroups.Keys) is { } group => match with { OutPortGroup = new(group, negated) },
            4 when world.Any(world.Topology.PortGroups.Keys) is { } group => match with { IngressPortGroup = new(group, negated) },
            5 when world.Any(world.Topology.Bridges.Keys) is { } bridge => match with { Traversed = new(bridge, negated) },
            6 => match with { EthType = new(world.Pick(new ushort[] { 0x0800, 0x0806, 0x86dd }), negated) },
            7 => match with { EthSrc = new(new MacMatch(world.Pick(Pools.Stations), new MacAddress(0xffff_ffff_fffe)), negated) },
            8 => match with { EthDst = new(MacMatch.Exactly(world.Pick(Pools.Stations)), negated) },
            9 => match with { Vlan = new(world.Coin() ? null : (ushort)5, negated) },
            10 => match with { Protocol = new(world.Pick(Pools.Protocols), negated) },
            11 => match with { Tos = new(new TosMatch(4, 0xfc), negated) },
            12 => match with { Source = new(world.AnyPrefix(family), negated) },
            13 => match with { Destination = new(world.AnyPrefix(family), negated) },
            14 when world.Any(world.Topology.AddressSets.Keys) is { } set => match with { SourceSet = new(set, negated) },
            15 when world.Any(world.Topology.AddressSets.Keys) is { } set => match with { DestinationSet = new(set, negated) },
            16 => match with { SourcePort = new(AnyRange(), negated) },
            17 => match with { DestinationPort = new(AnyRange(), negated) },
            18 => match with { TcpFlags = new(new TcpFlagsMatch(2, 0x12), negated) },
            20 or 21 or 22 or 23 => match with { States = new((ConnectionStates)(1 + random.Next(15)), negated) },
            24 => match with { Direction = (FlowDirection)random.Next(2) },
            _ => match with { Fragments = (FragmentPolicy)random.Next(4) },
        };
    }

    private PortRange AnyRange()
    {
        var first = world.Pick(Pools.Ports);
        return new PortRange(first, (ushort)Math.Min(ushort.MaxValue, first + random.Next(100)));
    }
}
