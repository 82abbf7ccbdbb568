using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Tests.Flows;

public class PacketNotationTest
{
    private const int Cases = 20_000;

    [Test]
    public void A_packet_of_ofproto_trace()
    {
        var packet = PacketNotation.Parse(
            "in_port=shop/web1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_dst=80,dl_src=02:00:00:00:00:0a,dl_dst=02:00:00:00:00:0b,dl_vlan=5,tcp_flags=+syn,nw_ttl=63,nw_frag=first"
        );
        packet.InPort.ShouldBe("shop/web1");
        packet.Key.InPort.ShouldBe(0u);
        packet.Key.EthType.ShouldBe(EtherType.Ipv4);
        packet.Key.IpProto.ShouldBe(IpProtocol.Tcp);
        packet.Key.NwSrc.ShouldBe(IpAddress.Parse("10.0.0.1"));
        packet.Key.NwDst.ShouldBe(IpAddress.Parse("10.0.0.2"));
        packet.Key.TpSrc.ShouldBe((ushort)0);
        packet.Key.TpDst.ShouldBe((ushort)80);
        packet.Key.EthSrc.ShouldBe(MacAddress.Parse("02:00:00:00:00:0a"));
        packet.Key.Get(FlowField.VlanTpid).ShouldBe(0x8100ul);
        packet.Key.Get(FlowField.VlanTci).ShouldBe(5ul);
        packet.Key.Get(FlowField.TcpFlags).ShouldBe((ulong)TcpFlags.Syn);
        packet.Key.IpTtl.ShouldBe((byte)63);
        packet.Key.IpFrag.ShouldBe(FragmentKind.First);
    }

    [TestCase("tcp,nw_src=10.0.0.1,tp_dst=80", "tcp,ip_src=10.0.0.1,tcp_dst=80")]
    [TestCase("ip,nw_proto=17,tp_src=5", "udp,udp_src=5")]
    [TestCase("dl_type=0x86dd,nw_proto=58,icmpv6_type=128", "icmp6,icmpv6_code=0")]
    [TestCase("tcp,nw_tos=184,nw_ecn=1", "tcp,ip_dscp=46,ip_ecn=1")]
    [TestCase("tcp,vlan_tci=0x0000,tcp_flags=syn|ack", "tcp,tcp_flags=0x12")]
    [TestCase("tcp,vlan_tci=0x3005", "tcp,dl_vlan=5,dl_vlan_pcp=1")]
    [TestCase("tcp6,nw_ttl=9", "ipv6,ip_proto=6,ipv6_hlimit=9")]
    [TestCase(" arp , arp_spa=10.0.0.1 ", "arp,nw_src=10.0.0.1")]
    public void Names_that_mean_the_same(string one, string other) =>
        PacketNotation.Parse(one).Key.ShouldBe(PacketNotation.Parse(other).Key);

    [Test]
    public void What_is_not_told_is_sensible()
    {
        var ping = PacketNotation.Parse("in_port=3,icmp,nw_dst=10.0.0.2");
        ping.Key.InPort.ShouldBe(3u);
        ping.Key.IpTtl.ShouldBe((byte)64);
        ping.Key.TpSrc.ShouldBe((ushort)IcmpType.EchoRequest);
        ping.Key.EthSrc.ShouldBe(PacketDefaults.Source);
        ping.Key.EthDst.ShouldBe(PacketDefaults.Destination);
        ping.Told.IsWildcard(FlowField.EthDst).ShouldBeTrue();
        ping.Told.IsExact(FlowField.IpProto).ShouldBeTrue();

        PacketNotation.Parse("arp").Key.EthDst.ShouldBe(MacAddress.Broadcast);
        PacketNotation.Parse("udp,nw_dst=224.0.0.251").Key.EthDst.ShouldBe(MacAddress.Parse("01:00:5e:00:00:fb"));
        PacketNotation.Parse("udp6,ipv6_dst=ff02::1:2").Key.EthDst.ShouldBe(MacAddress.Parse("33:33:00:01:00:02"));
        PacketNotation.Parse("icmp6,icmpv6_type=135,nd_target=fd00::2").Key.IpTtl.ShouldBe((byte)255);
    }

    [Test]
    public void A_payload_follows_the_headers()
    {
        var packet = PacketNotation.Parse("udp,tp_dst=53,payload=68656c6c6f");
        packet.ToFrame()[^5..].ShouldBe("hello"u8.ToArray());
    }

    [TestCase("icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,icmp_id=4660,payload=6869")]
    [TestCase("icmp,icmp_type=0,icmp_id=4660")]
    [TestCase("icmp6,ipv6_src=fd00::1,ipv6_dst=fd00::2,icmp_id=4660,payload=686921")]
    [TestCase("icmp6,icmpv6_type=129,icmp_id=4660,dl_vlan=7")]
    public void An_echo_has_its_identifier_and_a_whole_checksum(string text)
    {
        var frame = PacketNotation.Parse(text).ToFrame();
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        var without = PacketNotation.Parse(text.Replace(",icmp_id=4660", "", StringComparison.Ordinal)).ToFrame();
        without[layout.TransportOffset + 4].ShouldBe((byte)0);
        frame.AsSpan(layout.TransportOffset + 4, 2).ToArray().ShouldBe([0x12, 0x34]);
        FrameChecks.Fault(frame).ShouldBeNull();
    }

    [TestCase("tcp,icmp_id=5", 5, "icmp_id needs an echo")]
    [TestCase("icmp,icmp_type=3,icmp_id=5", 18, "icmp_id needs an echo")]
    [TestCase("icmp,nw_frag=later,icmp_id=5", 20, "icmp_id needs an echo")]
    [TestCase("icmp,icmp_id=65536", 14, "a number of at most 65535")]
    [TestCase("icmp,icmp_id=1,icmp_id=2", 16, "told before")]
    [TestCase("tcp,nw_scr=10.0.0.1", 5, "did you mean 'nw_src'?")]
    [TestCase("tpc,nw_src=10.0.0.1", 1, "did you mean 'tcp'?")]
    [TestCase("tcp,nw_src=10.0.0.300", 12, "an IPv4 address such as 10.0.0.1")]
    [TestCase("tcp,nw_src=10.0.0.0/8", 12, "not a mask")]
    [TestCase("nw_src=10.0.0.1", 1, "nw_src needs ip, tcp, udp, icmp or arp")]
    [TestCase("tcp,ipv6_src=fd00::1", 5, "ipv6_src needs ipv6, tcp6")]
    [TestCase("ipv6,tcp", 6, "over IPv6 it is 'tcp6'")]
    [TestCase("tcp,udp", 5, "contradicts")]
    [TestCase("tcp,tp_src=1,tcp_src=2", 14, "told before")]
    [TestCase("tcp,tp_src=65536", 12, "a number of at most 65535")]
    [TestCase("udp,tcp_flags=+syn", 5, "tcp_flags needs tcp")]
    [TestCase("tcp,tcp_flags=+sny", 15, "did you mean 'syn'?")]
    [TestCase("tcp,nw_frag=later,tp_dst=80", 19, "not a later fragment")]
    [TestCase("tcp,nw_tos=3", 12, "a multiple of 4")]
    [TestCase("tcp,payload=123", 13, "an even number of hexadecimal digits")]
    [TestCase("tcp,cvlan_vid=3", 5, "cvlan_vid needs dl_vlan")]
    [TestCase("ipv6,nw_proto=44", 6, "not one of them")]
    [TestCase("dl_type=0x8100", 1, "see dl_vlan")]
    [TestCase("tcp,in_port=", 13, "a port's name or number")]
    [TestCase("tcp,tp_dst", 11, "expected '=' and a value for tp_dst")]
    [TestCase("tcp,,", 5, "expected a field such as")]
    [TestCase("", 1, "but the text ends")]
    public void An_error_tells_where_and_what(string text, int column, string message)
    {
        PacketNotation.TryParse(text, out _, out var error).ShouldBeFalse();
        error.Message.ShouldContain(message);
        error.Column.ShouldBe(column, error.ToString());
    }

    [Test]
    public void Every_packet_can_be_read_again()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var key = new RandomKeys(seed).Next();
            key.InPort = 0;
            var text = PacketNotation.Format(key, "shop/web1");
            if (!PacketNotation.TryParse(text, out var packet, out var error))
                Assert.Fail($"seed {seed}: {text}: {error}");
            if (packet!.Key != key)
                PacketSynthesizerTest.Differences(key, packet.Key).ShouldBeEmpty($"seed {seed}: {text}");
            packet.InPort.ShouldBe("shop/web1");
        }
    }

    [Test]
    public void Every_packet_that_can_be_told_is_some_frame()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var text = RandomText(new Random(seed));
            if (!PacketNotation.TryParse(text, out var packet, out var error))
            {
                error.Column.ShouldBeInRange(1, text.Length + 1, text);
                continue;
            }
            FlowKeyReader.Read(packet.ToFrame(), packet.Key.InPort, out var read);
            if (read != packet.Key)
                PacketSynthesizerTest.Differences(packet.Key, read).ShouldBeEmpty($"seed {seed}: {text}");
        }
    }

    private static string RandomText(Random random)
    {
        string[] kinds = ["tcp", "udp", "icmp", "ip", "ipv6", "tcp6", "udp6", "icmp6", "arp", "rarp"];
        string[] words =
        [
            "nw_src=10.0.0.1",
            "nw_dst=224.0.0.1",
            "ipv6_src=fd00::1",
            "ipv6_dst=ff02::1",
            "dl_vlan=5",
            "cvlan_vid=6",
            "nw_frag=later",
            "nw_frag=first",
            "tp_src=5",
            "tcp_flags=syn",
            "icmp_type=3",
            "icmpv6_type=135",
            "nd_target=fd00::2",
            "nd_sll=02:00:00:00:00:01",
            "nw_tos=8",
            "nw_ecn=1",
            "nw_ttl=1",
            "nw_proto=47",
            "nw_proto=0",
            "arp_op=2",
            "in_port=4",
        ];
        var parts = new List<string> { kinds[random.Next(kinds.Length)] };
        for (var i = random.Next(4); i > 0; i--)
            parts.Add(words[random.Next(words.Length)]);
        return string.Join(',', parts);
    }
}
