using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Simulation;

/// <summary>Rules and packets from a seed, out of few values, so that they meet often and miss by a bit.</summary>
internal sealed class RandomRules(int seed)
{
    private static readonly IpPrefix[] Prefixes =
    [
        .. new[]
        {
            "0.0.0.0/0",
            "10.0.0.0/8",
            "10.0.0.0/31",
            "10.0.0.1/32",
            "10.128.0.0/9",
            "192.168.0.0/16",
            "::/0",
            "fd00::/8",
            "fd00::/64",
            "fd00::1/128",
            "fd00:0:0:0:8000::/65",
            "fe80::/10",
        }.Select(text => IpPrefix.Parse(text)),
    ];

    private static readonly byte[] Protocols =
    [
        IpProtocol.Tcp,
        IpProtocol.Udp,
        IpProtocol.Sctp,
        IpProtocol.Icmp,
        IpProtocol.Icmpv6,
        IpProtocol.Gre,
    ];

    private readonly Random _random = new(seed);

    public int Below(int bound) => _random.Next(bound);

    public bool OneIn(int n) => _random.Next(n) == 0;

    public ulong Bits() => (ulong)_random.NextInt64() << 1 ^ (ulong)_random.NextInt64();

    /// <summary>A match on headers and ports of the world that <see cref="RuleOracle"/> knows.</summary>
    public RuleMatch Match()
    {
        var match = new RuleMatch { IsInverted = OneIn(6), Fragments = OneIn(6) ? (FragmentPolicy)Below(4) : null };
        for (var conditions = Below(4); conditions > 0; conditions--)
            match = Below(3) == 0 ? WithPorts(match) : WithHeaders(match);
        return match;
    }

    public FlowKey Key()
    {
        var key = new FlowKey { InPort = 1, EthType = Pick(EtherType.Ipv4, EtherType.Ipv4, EtherType.Ipv6, EtherType.Ipv6, EtherType.Arp) };
        key.EthSrc = Mac();
        key.EthDst = Mac();
        if (OneIn(3))
            Tag(ref key, FlowField.VlanTpid, FlowField.VlanTci);
        if (OneIn(8) && key.Get(FlowField.VlanTpid) != 0)
            Tag(ref key, FlowField.CvlanTpid, FlowField.CvlanTci);
        key.NwSrc = Address(key.Family);
        key.NwDst = Address(key.Family);
        if (key.EthType == EtherType.Arp)
            return key;
        key.IpProto = Protocols[Below(Protocols.Length)];
        key.IpFrag = OneIn(3) ? (FragmentKind)Below(3) : FragmentKind.None;
        key.Set(FlowField.IpTos, Tos());
        if (key.IpFrag == FragmentKind.Later)
            return key;
        key.TpSrc = Port();
        key.TpDst = Port();
        if (key.IpProto == IpProtocol.Tcp)
            key.Set(FlowField.TcpFlags, (ulong)Below(64));
        return key;
    }

    private RuleMatch WithPorts(RuleMatch match) =>
        Below(7) switch
        {
            0 => match with { InPorts = Test<PortList>([.. Enumerable.Range(0, Below(3)).Select(_ => new PortId((ulong)Below(3)))]) },
            1 => match with { InPortGroup = Test(Group()) },
            2 => match with { IngressPortGroup = Test(Group()) },
            3 => match with { OutPorts = Test<PortList>([ChainWorld.Entry]) },
            4 => match with { OutPortGroup = Test(Group()) },
            5 => match with { Traversed = Test(Pick<DeviceRef>(ChainWorld.Entry, ChainWorld.Bridge, new RouterId(2))) },
            _ => match with { IsDestinationRewritten = OneIn(2) },
        };

    private RuleMatch WithHeaders(RuleMatch match) =>
        Below(13) switch
        {
            0 => match with { Vlan = Test<ushort?>(OneIn(2) ? null : (ushort)Below(3)) },
            1 => match with { EthType = Test(Pick(EtherType.Ipv4, EtherType.Ipv6, EtherType.Arp)) },
            2 => match with { EthSrc = Test(MacTest()) },
            3 => match with { EthDst = Test(MacTest()) },
            4 => match with { Protocol = Test(Protocols[Below(Protocols.Length)]) },
            5 => match with { Tos = Test(new TosMatch(Tos(), Pick<byte>(0xff, 0xfc, 0x03, 0))) },
            6 => match with { Source = Test(Prefixes[Below(Prefixes.Length)]) },
            7 => match with { Destination = Test(Prefixes[Below(Prefixes.Length)]) },
            8 => match with { SourceSet = Test(Set()) },
            9 => match with { DestinationSet = Test(Set()) },
            10 => match with { SourcePort = Test(Range()) },
            11 => match with { DestinationPort = Test(Range()) },
            _ => match with { TcpFlags = Test(new TcpFlagsMatch((ushort)Below(64), (ushort)Below(64))) },
        };

    private Test<T> Test<T>(T value) => new(value, OneIn(4));

    private T Pick<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    private static PortGroupId Other => new(51);

    private PortGroupId Group() => Pick(ChainWorld.Group, Other);

    /// <summary>A set that has members, or one that does not exist.</summary>
    private AddressSetId Set() => Pick(ChainWorld.Set, ChainWorld.Set, ChainWorld.Set, new AddressSetId(61));

    private MacAddress Mac() => new(0x02_00_00_00_00_00UL + (ulong)Below(4) + (OneIn(4) ? 1UL << 40 : 0));

    private MacMatch MacTest() => new(Mac(), Pick(MacAddress.Broadcast, new MacAddress(1UL << 40), new MacAddress(1), MacAddress.Zero));

    private byte Tos() => Pick<byte>(0, 1, 0x28, 0x2a, 0xb8);

    private ushort Port() => Pick<ushort>(0, 1, 8, 22, 80, 81, 443, 1023, 1024, 40000, ushort.MaxValue);

    private PortRange Range()
    {
        var (a, b) = (Port(), Port());
        return OneIn(3) ? PortRange.Only(a)
            : OneIn(10) ? new PortRange(a, b)
            : new PortRange(Math.Min(a, b), Math.Max(a, b));
    }

    private IpAddress Address(IpFamily family)
    {
        var prefix = Prefixes[Below(Prefixes.Length)];
        var near = OneIn(2) ? UInt128.Zero : UInt128.One << Below(IpAddress.WidthOf(family));
        return IpAddress.Of(family, (prefix.Family == family ? prefix.Address.Bits : UInt128.Zero) ^ near);
    }

    private void Tag(ref FlowKey key, FlowField tpid, FlowField tci)
    {
        key.Set(tpid, Pick(EtherType.Vlan, EtherType.ServiceVlan));
        key.Set(tci, (ulong)Below(3) + ((ulong)Below(8) << 13));
    }
}
