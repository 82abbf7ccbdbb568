using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Netlink.Generic;
using Fabric.Flows;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>Numbers and layouts are those of the kernel's header files on this machine.</summary>
public partial class OvsFormatTest
{
    /// <summary>Newer than the oldest header that the tests are run with.</summary>
    private static readonly string[] s_newer =
    [
        "OVS_VPORT_ATTR_UPCALL_STATS",
        "OVS_VPORT_UPCALL_ATTR_SUCCESS",
        "OVS_VPORT_UPCALL_ATTR_FAIL",
    ];

    private static readonly Dictionary<Type, string> s_prefixes = new()
    {
        [typeof(OvsFormat.DatapathCommand)] = "OVS_DP_CMD_",
        [typeof(OvsFormat.DatapathAttribute)] = "OVS_DP_ATTR_",
        [typeof(OvsFormat.DatapathFeature)] = "OVS_DP_F_",
        [typeof(OvsFormat.VportCommand)] = "OVS_VPORT_CMD_",
        [typeof(OvsFormat.VportType)] = "OVS_VPORT_TYPE_",
        [typeof(OvsFormat.VportAttribute)] = "OVS_VPORT_ATTR_",
        [typeof(OvsFormat.VportUpcallAttribute)] = "OVS_VPORT_UPCALL_ATTR_",
        [typeof(OvsFormat.TunnelAttribute)] = "OVS_TUNNEL_ATTR_",
        [typeof(OvsFormat.FlowCommand)] = "OVS_FLOW_CMD_",
        [typeof(OvsFormat.FlowAttribute)] = "OVS_FLOW_ATTR_",
        [typeof(OvsFormat.UfidFlag)] = "OVS_UFID_F_",
        [typeof(OvsFormat.PacketCommand)] = "OVS_PACKET_CMD_",
        [typeof(OvsFormat.PacketAttribute)] = "OVS_PACKET_ATTR_",
        [typeof(OvsFormat.KeyAttribute)] = "OVS_KEY_ATTR_",
        [typeof(OvsFormat.TunnelKeyAttribute)] = "OVS_TUNNEL_KEY_ATTR_",
        [typeof(OvsFormat.ActionAttribute)] = "OVS_ACTION_ATTR_",
        [typeof(OvsFormat.UserspaceAttribute)] = "OVS_USERSPACE_ATTR_",
        [typeof(OvsFormat.CheckPktLenAttribute)] = "OVS_CHECK_PKT_LEN_ATTR_",
        [typeof(GenericFormat.ControlCommand)] = "CTRL_CMD_",
        [typeof(GenericFormat.ControlAttribute)] = "CTRL_ATTR_",
        [typeof(GenericFormat.GroupAttribute)] = "CTRL_ATTR_MCAST_GRP_",
    };

    private static IEnumerable<Type> Sets =>
        new[] { typeof(OvsFormat), typeof(GenericFormat) }
            .SelectMany(type => type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic))
            .Where(type => type.IsAbstract && type.IsSealed);

    [Test]
    public void Every_number_is_that_of_the_kernels_header()
    {
        var headers = new[] { KernelHeader.Read("openvswitch"), KernelHeader.Read("genetlink") };
        var wrong = new List<string>();
        var count = 0;
        foreach (var set in Sets)
        {
            s_prefixes.ShouldContainKey(set);
            foreach (var constant in set.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                var name = s_prefixes[set] + Snake(constant.Name);
                var ours = Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
                var theirs = headers.Select(header => header.Number(name)).FirstOrDefault(number => number is not null);
                count++;
                if (theirs != ours && !(theirs is null && s_newer.Contains(name)))
                {
                    wrong.Add($"{name} is {theirs?.ToString(CultureInfo.InvariantCulture) ?? "not there"}, not {ours}");
                }
            }
        }
        wrong.ShouldBeEmpty();
        count.ShouldBeGreaterThan(100);
    }

    [Test]
    public void Families_and_versions_are_those_of_the_header()
    {
        var header = KernelHeader.Read("openvswitch");
        header.Text("OVS_DATAPATH_FAMILY").ShouldBe(OvsFormat.DatapathFamily);
        header.Text("OVS_VPORT_FAMILY").ShouldBe(OvsFormat.VportFamily);
        header.Text("OVS_FLOW_FAMILY").ShouldBe(OvsFormat.FlowFamily);
        header.Text("OVS_PACKET_FAMILY").ShouldBe(OvsFormat.PacketFamily);
        header.Number("OVS_DATAPATH_VERSION").ShouldBe(OvsFormat.DatapathVersion);
        header.Number("OVS_VPORT_VERSION").ShouldBe(OvsFormat.VportVersion);
        header.Number("OVS_FLOW_VERSION").ShouldBe(OvsFormat.FlowVersion);
        header.Number("OVS_PACKET_VERSION").ShouldBe(OvsFormat.PacketVersion);
        header.Number("OVSP_LOCAL").ShouldBe(OvsFormat.LocalPort);
    }

    [TestCase("ovs_dp_stats", typeof(OvsFormat.DatapathCounters))]
    [TestCase("ovs_dp_megaflow_stats", typeof(OvsFormat.MaskCounters))]
    [TestCase("ovs_vport_stats", typeof(OvsFormat.VportCounters))]
    [TestCase("ovs_flow_stats", typeof(OvsFormat.FlowCounters))]
    public void A_struct_has_the_headers_size(string name, Type type) =>
        KernelHeader.Read("openvswitch").Struct(name)[""].Bytes.ShouldBe(Marshal.SizeOf(type));

    [TestCase(OvsFormat.KeyAttribute.Ethernet, "ovs_key_ethernet", "eth_src=EthSrc eth_dst=EthDst")]
    [TestCase(
        OvsFormat.KeyAttribute.Ipv4,
        "ovs_key_ipv4",
        "ipv4_src=NwSrc ipv4_dst=NwDst ipv4_proto=IpProto ipv4_tos=IpTos ipv4_ttl=IpTtl ipv4_frag=IpFrag"
    )]
    [TestCase(
        OvsFormat.KeyAttribute.Ipv6,
        "ovs_key_ipv6",
        "ipv6_src=NwSrc ipv6_dst=NwDst ipv6_label=Ipv6Label ipv6_proto=IpProto ipv6_tclass=IpTos ipv6_hlimit=IpTtl ipv6_frag=IpFrag"
    )]
    [TestCase(OvsFormat.KeyAttribute.Arp, "ovs_key_arp", "arp_sip=NwSrc arp_tip=NwDst arp_op=ArpOp arp_sha=ArpSha arp_tha=ArpTha")]
    [TestCase(OvsFormat.KeyAttribute.Nd, "ovs_key_nd", "nd_target=NdTarget nd_sll=ArpSha nd_tll=ArpTha")]
    [TestCase(OvsFormat.KeyAttribute.Tcp, "ovs_key_tcp", "tcp_src=TpSrc tcp_dst=TpDst")]
    [TestCase(OvsFormat.KeyAttribute.Udp, "ovs_key_udp", "udp_src=TpSrc udp_dst=TpDst")]
    [TestCase(OvsFormat.KeyAttribute.Icmp, "ovs_key_icmp", "icmp_type=TpSrc icmp_code=TpDst")]
    [TestCase(OvsFormat.KeyAttribute.Icmpv6, "ovs_key_icmpv6", "icmpv6_type=TpSrc icmpv6_code=TpDst")]
    [TestCase(OvsFormat.KeyAttribute.Sctp, "ovs_key_sctp", "")]
    public void Fields_lie_where_the_header_has_them(int attribute, string name, string fields)
    {
        var theirs = KernelHeader.Read("openvswitch").Struct(name);
        var layout = OvsKeyLayout.Of((ushort)attribute).ShouldNotBeNull();
        layout.Bytes.ShouldBe(theirs[""].Bytes);
        var named = fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToList();
        layout.Parts.Length.ShouldBe(named.Count);
        foreach (var pair in named)
        {
            layout.TryFind(Enum.Parse<FlowField>(pair[1]), out var part).ShouldBeTrue(pair[1]);
            (part.Offset, part.Bytes).ShouldBe(theirs[pair[0]], pair[1]);
        }
    }

    /// <summary>TpSrc becomes TP_SRC.</summary>
    private static string Snake(string name) => Capital().Replace(name, "_$0").ToUpperInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
