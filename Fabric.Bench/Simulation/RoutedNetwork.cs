using System.Globalization;
using Fabric.Addresses;
using Fabric.Collections;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Bench.Simulation;

/// <summary>Two stations in two subnets, each behind a long chain.</summary>
/// <remarks>
/// <code>
/// vm1 [chain "in", 100 rules] -- bridge left -- router -- bridge right -- [chain "out", 100 rules] vm2
/// </code>
/// Every rule but the last of a chain fails, by its last comparison.
/// </remarks>
internal static class RoutedNetwork
{
    private const int RulesPerChain = 100;
    private const string FirstMac = "02:00:00:00:00:01";
    private const string SecondMac = "02:00:00:00:00:02";
    private const string LeftGatewayMac = "02:00:00:00:01:01";
    private const string RightGatewayMac = "02:00:00:00:01:02";

    private static readonly BridgeId s_left = new(1);
    private static readonly BridgeId s_right = new(2);
    private static readonly RouterId s_router = new(1);
    private static readonly ChainId s_in = new(1);
    private static readonly ChainId s_out = new(2);
    private static readonly PortId s_vm1 = new(1);
    private static readonly PortId s_vm2 = new(6);

    /// <summary>A UDP datagram of IPv4 from the one to the other.</summary>
    public static PacketBody Ipv4(RuleMix rules) => Body("udp,nw_src=10.0.1.1,nw_dst=10.0.2.2", IpFamily.V4, rules);

    /// <summary>A UDP datagram of IPv6 from the one to the other.</summary>
    public static PacketBody Ipv6(RuleMix rules) => Body("udp6,ipv6_src=fd00:1::1,ipv6_dst=fd00:2::2", IpFamily.V6, rules);

    private static SimulationBody Body(string packet, IpFamily family, RuleMix rules) =>
        new(
            Describe(number => Failing(number, family, rules)),
            Learned(),
            s_vm1,
            $"{packet},dl_src={FirstMac},dl_dst={LeftGatewayMac},nw_ttl=64,tp_src=40000,tp_dst=53",
            outputs: 1
        );

    private static TopologySnapshot Describe(Func<int, Rule> failing) =>
        new BenchNetwork()
            .Put(Chain(s_in, "in", failing))
            .Put(Chain(s_out, "out", failing))
            .Put(new Bridge { Id = s_left, Name = BenchNetwork.Name("left") })
            .Put(new Bridge { Id = s_right, Name = BenchNetwork.Name("right") })
            .Put(new Router { Id = s_router, Name = BenchNetwork.Name("router") })
            .Put(Port(s_vm1, "vm1", s_left, FirstMac, "10.0.1.1/24 fd00:1::1/64") with { InboundChain = s_in, Binding = At("vm1") })
            .Put(Port(new PortId(2), "left-router", s_left))
            .Put(Port(new PortId(3), "router-left", s_router, LeftGatewayMac, "10.0.1.254/24 fd00:1::fe/64"))
            .Put(Port(new PortId(4), "router-right", s_router, RightGatewayMac, "10.0.2.254/24 fd00:2::fe/64"))
            .Put(Port(new PortId(5), "right-router", s_right))
            .Put(Port(s_vm2, "vm2", s_right, SecondMac, "10.0.2.2/24 fd00:2::2/64") with { OutboundChain = s_out, Binding = At("vm2") })
            .Link(new PortId(2), new PortId(3))
            .Link(new PortId(4), new PortId(5))
            .Topology;

    private static LearnedSnapshot Learned()
    {
        var macs = new Dictionary<MacKey, PortId>();
        macs[new MacKey(s_left, 0, MacAddress.Parse(FirstMac))] = s_vm1;
        macs[new MacKey(s_right, 0, MacAddress.Parse(RightGatewayMac))] = new PortId(5);
        return LearnedSnapshot.Empty with { Macs = macs.ToPersistentMap() };
    }

    private static Chain Chain(ChainId id, string name, Func<int, Rule> failing) =>
        new()
        {
            Id = id,
            Name = BenchNetwork.Name(name),
            Rules = [.. Enumerable.Range(1, RulesPerChain - 1).Select(failing), new Rule { Name = "all-else", Action = RuleAction.Accept }],
        };

    private static Rule Failing(int number, IpFamily family, RuleMix rules) =>
        new()
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"no-{number}"),
            Action = RuleAction.Drop,
            Match = rules switch
            {
                RuleMix.Prefixes => From(number, family),
                RuleMix.Ports => ToPort(number),
                RuleMix.Both => number % 2 == 0 ? From(number, family) : ToPort(number),
            },
        };

    private static RuleMatch From(int number, IpFamily family) =>
        new() { Source = new(IpPrefix.Parse(family == IpFamily.V4 ? $"10.9.{number}.0/24" : $"fd09:{number}::/64")) };

    private static RuleMatch ToPort(int number) =>
        new() { Protocol = new(IpProtocol.Udp), DestinationPort = new(PortRange.Only((ushort)(1000 + number))) };

    private static Port Port(PortId id, string name, DeviceRef owner, string? mac = null, string addresses = "") =>
        new()
        {
            Id = id,
            Name = BenchNetwork.Name(name),
            Owner = owner,
            Mac = mac is null ? null : MacAddress.Parse(mac),
            Addresses = [.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Address)],
        };

    private static InterfaceAddress Address(string text) =>
        IpPrefix.TryParseInterface(text, out var address, out var length)
            ? new InterfaceAddress(address, length)
            : throw new FormatException($"'{text}' is no address with a length");

    private static HostBinding At(string interfaceName) => new(BenchNetwork.Host, interfaceName);
}
