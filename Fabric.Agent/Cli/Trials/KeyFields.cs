using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Cli.Trials;

/// <summary>The headers of a packet as data: every field that it has, by the names of ovs-fields(7).</summary>
internal static class KeyFields
{
    /// <summary>The fields; numbers as numbers, addresses as text.</summary>
    public static JsonObject Of(in FlowKey key)
    {
        var fields = new JsonObject { ["eth_src"] = key.EthSrc.ToString(), ["eth_dst"] = key.EthDst.ToString() };
        AddTag(fields, key, FlowField.VlanTpid, FlowField.VlanTci, "vlan");
        AddTag(fields, key, FlowField.CvlanTpid, FlowField.CvlanTci, "cvlan");
        fields["eth_type"] = key.EthType;
        if (key.EthType is EtherType.Ipv4 or EtherType.Ipv6)
            AddIp(fields, key);
        else if (key.EthType is EtherType.Arp or EtherType.Rarp)
            AddArp(fields, key);
        return fields;
    }

    private static void AddTag(JsonObject fields, in FlowKey key, FlowField tpid, FlowField tci, string prefix)
    {
        if (key.Get(tpid) == 0)
            return;
        fields[$"{prefix}_tpid"] = (int)key.Get(tpid);
        fields[$"{prefix}_vid"] = (int)key.Get(tci) & 0xfff;
        fields[$"{prefix}_pcp"] = (int)key.Get(tci) >> 13;
    }

    private static void AddArp(JsonObject fields, in FlowKey key)
    {
        fields["arp_op"] = (int)key.Get(FlowField.ArpOp);
        fields["arp_spa"] = key.NwSrc.ToString();
        fields["arp_tpa"] = key.NwDst.ToString();
        fields["arp_sha"] = new MacAddress(key.Get(FlowField.ArpSha)).ToString();
        fields["arp_tha"] = new MacAddress(key.Get(FlowField.ArpTha)).ToString();
    }

    private static void AddIp(JsonObject fields, in FlowKey key)
    {
        var isV6 = key.EthType == EtherType.Ipv6;
        fields[isV6 ? "ipv6_src" : "nw_src"] = key.NwSrc.ToString();
        fields[isV6 ? "ipv6_dst" : "nw_dst"] = key.NwDst.ToString();
        if (isV6 && key.Get(FlowField.Ipv6Label) is not 0 and var label)
            fields["ipv6_label"] = (long)label;
        fields["nw_proto"] = key.IpProto;
        fields["nw_tos"] = (int)key.Get(FlowField.IpTos);
        fields["nw_ttl"] = key.IpTtl;
        if (key.IpFrag != FragmentKind.None)
            fields["nw_frag"] = key.IpFrag == FragmentKind.First ? "first" : "later";
        if (key.IpFrag != FragmentKind.Later)
            AddTransport(fields, key);
    }

    private static void AddTransport(JsonObject fields, in FlowKey key)
    {
        switch (key.IpProto)
        {
            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp:
                fields["tp_src"] = key.TpSrc;
                fields["tp_dst"] = key.TpDst;
                if (key.IpProto == IpProtocol.Tcp)
                    fields["tcp_flags"] = (int)key.Get(FlowField.TcpFlags);
                break;
            case IpProtocol.Icmp or IpProtocol.Icmpv6:
                fields["icmp_type"] = key.TpSrc;
                fields["icmp_code"] = key.TpDst;
                if (key.IpProto == IpProtocol.Icmpv6 && key.TpSrc is 135 or 136)
                    AddNeighbor(fields, key);
                break;
        }
    }

    private static void AddNeighbor(JsonObject fields, in FlowKey key)
    {
        fields["nd_target"] = IpAddress.V6(key.GetWide(FlowField.NdTarget)).ToString();
        if (key.Get(FlowField.ArpSha) is not 0 and var source)
            fields["nd_sll"] = new MacAddress(source).ToString();
        if (key.Get(FlowField.ArpTha) is not 0 and var target)
            fields["nd_tll"] = new MacAddress(target).ToString();
    }
}
