using Fabric.Bench.Results;
using Fabric.Bench.Upcalls;
using Fabric.Flows;

namespace Fabric.Bench.Simulation;

/// <summary>One thing that is measured per packet.</summary>
/// <param name="Name">In words.</param>
/// <param name="Create">Makes everything that the body needs.</param>
/// <param name="Goal">Packets per second of processor time that it should reach, or null.</param>
internal sealed record PacketPart(string Name, Func<PacketBody> Create, Goal? Goal = null)
{
    private const int FewFlows = 1_000;
    private const int ManyFlows = 200_000;

    /// <summary>All of them: whole simulations first, then parts of a packet's way.</summary>
    public static IReadOnlyList<PacketPart> All { get; } =
    [
        new("bridge, known station, IPv4", () => BridgeNetwork.Hit("udp,nw_src=10.0.1.1,nw_dst=10.0.1.2"), Goal.AtLeast(2_000_000)),
        new("bridge, known station, IPv6", () => BridgeNetwork.Hit("udp6,ipv6_src=fd00:1::1,ipv6_dst=fd00:1::2"), Goal.AtLeast(2_000_000)),
        new("bridge, router, bridge, 2 x 100 rules of prefixes, IPv4", () => RoutedNetwork.Ipv4(RuleMix.Prefixes), Goal.AtLeast(400_000)),
        new("bridge, router, bridge, 2 x 100 rules of prefixes, IPv6", () => RoutedNetwork.Ipv6(RuleMix.Prefixes), Goal.AtLeast(400_000)),
        new("bridge, router, bridge, 2 x 100 rules of ports, IPv4", () => RoutedNetwork.Ipv4(RuleMix.Ports), Goal.AtLeast(400_000)),
        new("bridge, router, bridge, 2 x 100 rules of ports, IPv6", () => RoutedNetwork.Ipv6(RuleMix.Ports), Goal.AtLeast(400_000)),
        new("bridge, router, bridge, 2 x 100 rules of both, IPv4", () => RoutedNetwork.Ipv4(RuleMix.Both), Goal.AtLeast(400_000)),
        new("bridge, router, bridge, 2 x 100 rules of both, IPv6", () => RoutedNetwork.Ipv6(RuleMix.Both), Goal.AtLeast(400_000)),
        new("a flow set up but for the datapath, 1 000 stand", () => new SetupBody(FewFlows)),
        new("a flow set up but for the datapath, 200 000 stand", () => new SetupBody(ManyFlows)),
        new("bridge, flood over 100 ports", BridgeNetwork.Flood),
        new("routing lookup in 100 000 routes, IPv4", RouteLookupBody.Ipv4),
        new("routing lookup in 100 000 routes, IPv6", RouteLookupBody.Ipv6),
        new("headers read, TCP over IPv4", () => new ReadKeyBody("tcp,nw_src=10.0.1.1,nw_dst=10.0.1.2,tp_src=1,tp_dst=80")),
        new(
            "headers read, TCP over IPv6 with a VLAN tag",
            () => new ReadKeyBody("tcp6,vlan_vid=7,ipv6_src=fd00:1::1,ipv6_dst=fd00:1::2,tp_src=1,tp_dst=80")
        ),
        new("flow found, 1 flow", () => new ClassifierBody(masks: 1, flowsPerMask: 1, FlowField.EthDst, packets: 1)),
        new(
            "flow found, 4 096 connections in 1 flow",
            () => new ClassifierBody(masks: 1, flowsPerMask: 1, FlowField.EthDst, packets: 4096)
        ),
        new("flow found, 4 096 stations", () => new ClassifierBody(masks: 1, flowsPerMask: 4096, FlowField.EthDst, packets: 65_536)),
        new("flow found, 4 096 addresses", () => new ClassifierBody(masks: 1, flowsPerMask: 4096, FlowField.NwDst, packets: 65_536)),
        new("flow found, 4 096 ports", () => new ClassifierBody(masks: 1, flowsPerMask: 4096, FlowField.TpDst, packets: 65_536)),
        new(
            "flow found, 65 536 addresses under 8 masks",
            () => new ClassifierBody(masks: 8, flowsPerMask: 8192, FlowField.NwDst, packets: 65_536)
        ),
        new("actions: addresses and TTL rewritten, IPv4", () => new ActionsBody("udp,nw_src=10.0.1.1,nw_dst=10.0.1.2,nw_ttl=64")),
        new(
            "actions: addresses and hop limit rewritten, IPv6",
            () => new ActionsBody("udp6,ipv6_src=fd00:1::1,ipv6_dst=fd00:1::2,nw_ttl=64")
        ),
    ];
}
