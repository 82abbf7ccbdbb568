using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Views;

/// <summary>A flow in words for people who have never read one: what a packet must be to be of it, what about it does not matter, and what is done.</summary>
/// <remarks>The notation of ovs-dpctl(8) says the same exactly; this is for reading, and is never parsed.</remarks>
internal static class FlowReading
{
    private static readonly (FlowField Field, string Name)[] s_ip =
    [
        (FlowField.NwSrc, "source address"),
        (FlowField.NwDst, "destination address"),
        (FlowField.IpTtl, "time to live"),
        (FlowField.IpTos, "type of service"),
        (FlowField.IpFrag, "fragment"),
    ];

    private static readonly (FlowField Field, string Name)[] s_ports =
    [
        (FlowField.TpSrc, "source port"),
        (FlowField.TpDst, "destination port"),
    ];

    private static readonly (FlowField Field, string Name)[] s_icmp = [(FlowField.TpSrc, "ICMP type"), (FlowField.TpDst, "ICMP code")];

    private static readonly (FlowField Field, string Name)[] s_arp =
    [
        (FlowField.ArpOp, "ARP operation"),
        (FlowField.NwSrc, "sender address"),
        (FlowField.NwDst, "target address"),
        (FlowField.ArpSha, "sender MAC"),
        (FlowField.ArpTha, "target MAC"),
    ];

    /// <summary>What the flow is for, as [{"what": "destination port", "value": "80"}], and the names of the fields that may be anything.</summary>
    public static (JsonArray Reads, JsonArray Any) Of(in FlowKey key, in FlowMask mask)
    {
        var (reads, any) = (new JsonArray(), new JsonArray());
        foreach (var (field, name) in FieldsOf(key))
        {
            if (mask.IsWildcard(field))
                any.Add((JsonNode)name);
            else
                reads.Add((JsonNode)new JsonObject { ["what"] = name, ["value"] = ValueOf(field, key, mask) });
        }
        return (reads, any);
    }

    /// <summary>What is done with its packets, step by step.</summary>
    /// <param name="key">What they are before the first step.</param>
    /// <param name="actions">The steps.</param>
    public static JsonArray Does(in FlowKey key, ReadOnlySpan<FlowAction> actions)
    {
        var steps = new JsonArray();
        foreach (ref readonly var action in actions)
            steps.Add((JsonNode)StepOf(key, action));
        if (steps.Count == 0)
            steps.Add((JsonNode)"drop it");
        return steps;
    }

    private static IEnumerable<(FlowField Field, string Name)> FieldsOf(FlowKey key)
    {
        if (key.Get(FlowField.TunnelId) != 0)
            yield return (FlowField.TunnelId, "tunnel key");
        yield return (FlowField.EthSrc, "source MAC");
        yield return (FlowField.EthDst, "destination MAC");
        if (key.Get(FlowField.VlanTpid) != 0)
            yield return (FlowField.VlanTci, "VLAN");
        yield return (FlowField.EthType, "kind");
        var isIp = key.EthType is EtherType.Ipv4 or EtherType.Ipv6;
        if (isIp)
            yield return (FlowField.IpProto, "protocol");
        foreach (
            var field in isIp ? s_ip
            : key.EthType is EtherType.Arp or EtherType.Rarp ? s_arp
            : []
        )
            yield return field;
        foreach (var field in isIp && key.IpFrag != FragmentKind.Later ? TransportOf(key.IpProto) : [])
            yield return field;
        if (isIp && key.IpProto == IpProtocol.Tcp && key.IpFrag != FragmentKind.Later)
            yield return (FlowField.TcpFlags, "TCP flags");
    }

    private static (FlowField Field, string Name)[] TransportOf(byte protocol) =>
        protocol switch
        {
            IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp => s_ports,
            IpProtocol.Icmp or IpProtocol.Icmpv6 => s_icmp,
            _ => [],
        };

    private static string ValueOf(FlowField field, in FlowKey key, in FlowMask mask)
    {
        var (value, bits) = (key.GetAny(field), mask.GetAny(field));
        return field switch
        {
            FlowField.NwSrc or FlowField.NwDst => Address(key.Family, value, bits),
            FlowField.EthSrc or FlowField.EthDst or FlowField.ArpSha or FlowField.ArpTha => Mac(value, bits, mask.IsExact(field)),
            FlowField.EthType => KindOf(key.EthType),
            FlowField.IpProto => ProtocolOf(key.IpProto),
            FlowField.IpFrag => key.IpFrag switch
            {
                FragmentKind.First => "the first",
                FragmentKind.Later => "a later one",
                _ => "no",
            },
            FlowField.VlanTci => VlanOf(value, bits),
            FlowField.TpSrc or FlowField.TpDst => Range(value, bits),
            _ when mask.IsExact(field) => Number(value),
            _ => InBits(value, bits),
        };
    }

    private static string InBits(UInt128 value, UInt128 bits) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{(ulong)(value & bits):x} in bits 0x{(ulong)bits:x}");

    private static string VlanOf(UInt128 value, UInt128 bits)
    {
        if ((bits & Vlan.IdMask) != Vlan.IdMask)
            return InBits(value, bits);
        var id = Number(value & Vlan.IdMask);
        return (bits & Vlan.PriorityMask) == Vlan.PriorityMask
            ? $"{id}, priority {Number((value & Vlan.PriorityMask) >> Vlan.PriorityShift)}"
            : id;
    }

    private static string Address(IpFamily family, UInt128 value, UInt128 bits)
    {
        var width = IpAddress.WidthOf(family);
        // The bits above those of an IPv4 address are zero in every packet of its kind.
        bits &= IpPrefix.MaskOf(family, width);
        var length = (int)UInt128.PopCount(bits);
        // What is looked at of an address is a prefix of it, except where a rule asks for single bits.
        if (IpPrefix.MaskOf(family, length) != bits)
            return $"{IpAddress.Of(family, value & bits)} in some bits";
        var address = IpAddress.Of(family, value & bits);
        return length == width ? $"{address}" : string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");
    }

    private static string Mac(UInt128 value, UInt128 bits, bool isExact)
    {
        const ulong Group = 1UL << 40;
        if (isExact)
            return new MacAddress((ulong)value).ToString();
        if (bits == Group)
            return (value & Group) == 0 ? "one station's" : "a group's";
        return $"{new MacAddress((ulong)(value & bits))} in some bits";
    }

    /// <summary>The numbers that have these bits, where they stand side by side.</summary>
    private static string Range(UInt128 value, UInt128 bits)
    {
        var free = ~bits & 0xffff;
        if ((free & (free + 1)) != 0)
            return InBits(value, bits);
        var first = value & bits & 0xffff;
        return free == 0 ? Number(first) : $"{Number(first)} to {Number(first | free)}";
    }

    private static string KindOf(ushort type) =>
        type switch
        {
            EtherType.Ipv4 => "IPv4",
            EtherType.Ipv6 => "IPv6",
            EtherType.Arp => "ARP",
            _ => string.Create(CultureInfo.InvariantCulture, $"ethertype 0x{type:x4}"),
        };

    private static string ProtocolOf(byte protocol) =>
        protocol switch
        {
            IpProtocol.Tcp => "TCP",
            IpProtocol.Udp => "UDP",
            IpProtocol.Sctp => "SCTP",
            IpProtocol.Icmp => "ICMP",
            IpProtocol.Icmpv6 => "ICMPv6",
            _ => Number(protocol),
        };

    private static string StepOf(in FlowKey key, in FlowAction action) =>
        action.Kind switch
        {
            FlowActionKind.Output => $"send it out of datapath port {Number(action.Port)}",
            FlowActionKind.PushVlan => $"put VLAN tag {Number((UInt128)(action.Tci & 0xfff))} in front",
            FlowActionKind.PopVlan => "take the outer VLAN tag off",
            FlowActionKind.SetField => SetOf(key, action),
            FlowActionKind.SetTunnel => $"through the tunnel to {Outer(action)}, key {Number(action.Id)}",
            FlowActionKind.Userspace => "hand it to the agent",
        };

    private static IpAddress Outer(in FlowAction tunnel)
    {
        var isV6 = (tunnel.Tunnel.Flags & TunnelFlags.Ipv6) != 0 || tunnel.Value >> 32 != UInt128.Zero;
        return IpAddress.Of(isV6 ? IpFamily.V6 : IpFamily.V4, tunnel.Value);
    }

    private static string SetOf(FlowKey key, in FlowAction action)
    {
        var (field, mask) = (action.Field, default(FlowMask));
        key.SetAny(field, action.Value);
        mask.SetAny(field, action.Mask);
        var name = FieldsOf(key).FirstOrDefault(one => one.Field == field).Name ?? $"{field}";
        return $"set the {name} to {ValueOf(field, key, mask)}";
    }

    private static string Number(UInt128 number) => number.ToString(CultureInfo.InvariantCulture);
}
