using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Simulation;

/// <summary>Flow keys of usual packets, from 02:00:00:00:00:0a to 02:00:00:00:00:0b.</summary>
internal static class Keys
{
    public static FlowKey Tcp4(string source = "10.0.0.1", string destination = "10.0.0.2", ushort from = 40000, ushort to = 80) =>
        Ip(EtherType.Ipv4, IpProtocol.Tcp, source, destination, from, to);

    public static FlowKey Tcp6(string source = "fd00::1", string destination = "fd00::2", ushort from = 40000, ushort to = 80) =>
        Ip(EtherType.Ipv6, IpProtocol.Tcp, source, destination, from, to);

    public static FlowKey Udp4(ushort from = 40000, ushort to = 53) => Ip(EtherType.Ipv4, IpProtocol.Udp, "10.0.0.1", "10.0.0.2", from, to);

    public static FlowKey Udp6(ushort from = 40000, ushort to = 53) => Ip(EtherType.Ipv6, IpProtocol.Udp, "fd00::1", "fd00::2", from, to);

    public static FlowKey Icmp4(byte type, byte code = 0) => Ip(EtherType.Ipv4, IpProtocol.Icmp, "10.0.0.1", "10.0.0.2", type, code);

    public static FlowKey Icmp6(byte type, byte code = 0) => Ip(EtherType.Ipv6, IpProtocol.Icmpv6, "fd00::1", "fd00::2", type, code);

    public static FlowKey Arp()
    {
        var key = Ethernet(EtherType.Arp);
        key.NwSrc = IpAddress.Parse("10.0.0.1");
        key.NwDst = IpAddress.Parse("10.0.0.2");
        key.Set(FlowField.ArpOp, 1);
        return key;
    }

    public static FlowKey Ethernet(ushort type) =>
        new()
        {
            InPort = 1,
            EthSrc = MacAddress.Parse("02:00:00:00:00:0a"),
            EthDst = MacAddress.Parse("02:00:00:00:00:0b"),
            EthType = type,
        };

    public static FlowKey Ip(ushort type, byte protocol, string source, string destination, ushort from = 0, ushort to = 0)
    {
        var key = Ethernet(type);
        key.IpProto = protocol;
        key.IpTtl = 64;
        key.NwSrc = IpAddress.Parse(source);
        key.NwDst = IpAddress.Parse(destination);
        key.TpSrc = from;
        key.TpDst = to;
        return key;
    }

    /// <summary>The packet as a fragment; a later one has no ports.</summary>
    public static FlowKey As(this FlowKey key, FragmentKind fragment)
    {
        key.IpFrag = fragment;
        if (fragment == FragmentKind.Later)
            (key.TpSrc, key.TpDst) = (0, 0);
        return key;
    }

    /// <summary>The packet with one field changed.</summary>
    public static FlowKey With(this FlowKey key, FlowField field, UInt128 value)
    {
        key.SetAny(field, value);
        return key;
    }
}
