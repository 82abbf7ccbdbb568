using System.Text.Json.Nodes;
using Fabric.Agent.Views;
using Fabric.Flows;

namespace Fabric.Tests.Views;

/// <summary>Flows in words: each field that is looked at is told, each other is named.</summary>
[TestFixture]
public sealed class FlowReadingTest
{
    [TestCase(
        "in_port(1),eth(src=02:00:00:00:01:01,dst=02:00:00:00:00:00/01:00:00:00:00:00),eth_type(0x0800),ipv4(src=8.0.0.0/248.0.0.0,dst=10.2.0.11,proto=6,ttl=64,frag=no),tcp(dst=64/0xffc0)",
        "source MAC 02:00:00:00:01:01; destination MAC one station's; kind IPv4; protocol TCP; source address 8.0.0.0/5; destination address 10.2.0.11; time to live 64; fragment no; destination port 64 to 127",
        "type of service, source port, TCP flags"
    )]
    [TestCase(
        "in_port(1),eth_type(0x0806),arp(tip=10.1.0.12,op=1)",
        "kind ARP; ARP operation 1; target address 10.1.0.12",
        "source MAC, destination MAC, sender address, sender MAC, target MAC"
    )]
    [TestCase(
        "in_port(1),eth_type(0x86dd),ipv6(dst=fd00:1::/ffff:ffff::,proto=58,frag=no),icmpv6(type=128)",
        "kind IPv6; protocol ICMPv6; destination address fd00:1::/32; fragment no; ICMP type 128",
        "source MAC, destination MAC, source address, time to live, type of service, ICMP code"
    )]
    [TestCase(
        "in_port(1),eth_type(0x8100),vlan(vid=5,pcp=3),encap(eth_type(0x88cc))",
        "VLAN 5, priority 3; kind ethertype 0x88cc",
        "source MAC, destination MAC"
    )]
    [TestCase(
        "in_port(1),eth_type(0x8100),vlan(vid=0x4/0xffc,pcp=3/0x0),encap(eth_type(0x88cc))",
        "VLAN 0x4 in bits 0xffc; kind ethertype 0x88cc",
        "source MAC, destination MAC"
    )]
    [TestCase("in_port(1),eth_type(0x88cc)", "kind ethertype 0x88cc", "source MAC, destination MAC")]
    public void What_is_looked_at_is_told_and_the_rest_is_named(string flow, string reads, string any)
    {
        var description = FlowText.Parse($"{flow}, actions:drop");

        var (told, free) = FlowReading.Of(description.Key, description.Mask);

        string.Join("; ", told.Select(one => $"{one!["what"]} {one["value"]}")).ShouldBe(reads);
        string.Join(", ", free.Select(one => (string)one!)).ShouldBe(any);
    }

    [TestCase("drop", "drop it")]
    [TestCase(
        "set(eth(src=aa:06:9f:68:16:0c)),set(ipv4(src=203.0.113.50,ttl=63)),set(tcp(src=40001)),7",
        "set the source MAC to aa:06:9f:68:16:0c; set the source address to 203.0.113.50; set the time to live to 63; set the source port to 40001; send it out of datapath port 7"
    )]
    [TestCase("push_vlan(vid=5,pcp=0),pop_vlan,2", "put VLAN tag 5 in front; take the outer VLAN tag off; send it out of datapath port 2")]
    [TestCase(
        "set(tunnel(tun_id=0x1f,src=192.0.2.1,dst=192.0.2.2,tos=0,ttl=64,tp_dst=4789,flags(df|key))),3",
        "through the tunnel to 192.0.2.2, key 31; send it out of datapath port 3"
    )]
    public void What_is_done_is_told_step_by_step(string actions, string does)
    {
        var description = FlowText.Parse($"in_port(1),eth_type(0x0800),ipv4(proto=6,ttl=64,frag=no),tcp(src=5), actions:{actions}");

        FlowReading.Does(description.Key, [.. description.Actions]).Select(step => (string)step!).ShouldBe(does.Split("; "));
    }

    /// <summary>Whatever is looked at: no field is told and named at once, and none is forgotten.</summary>
    [Test]
    public void Every_field_is_either_told_or_named()
    {
        var random = new Random(9);
        for (var i = 0; i < 2000; i++)
        {
            var (key, mask) = (default(FlowKey), default(FlowMask));
            foreach (var field in Enum.GetValues<FlowField>())
            {
                key.SetAny(field, (UInt128)(ulong)random.NextInt64() & FlowFieldLayout.AllOf(field));
                mask.SetAny(field, ((UInt128)(ulong)random.NextInt64() & FlowFieldLayout.AllOf(field)) >> random.Next(64));
            }
            key.EthType = (ushort)random.GetItems([0x0800, 0x86dd, 0x0806, 0x88cc], 1)[0];
            key.IpProto = (byte)random.GetItems([6, 17, 1, 58, 47, 132], 1)[0];
            key.IpFrag = random.GetItems(Enum.GetValues<FragmentKind>(), 1)[0];

            var (told, free) = FlowReading.Of(key, mask);

            var names = told.Select(one => (string)one!["what"]!).Concat(free.Select(one => (string)one!)).ToArray();
            names.Distinct().Count().ShouldBe(names.Length);
            names.ShouldContain("kind");
            told.Select(one => (string)one!["value"]!).ShouldAllBe(value => value.Length > 0);
        }
    }
}
