using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Flows;

public class FlowTextTest
{
    private const int Cases = 20_000;

    [Test]
    public void A_key_is_written_as_dump_flows_does()
    {
        FlowKeyReader.Read(Frames.Tcp4, 2, out var key);
        FlowText
            .Format(key)
            .ShouldBe(
                "in_port(2),eth(src=02:00:00:00:00:0a,dst=02:00:00:00:00:0b),eth_type(0x0800),"
                    + "ipv4(src=10.0.0.1,dst=10.0.0.2,proto=6,tos=0,ttl=64,frag=no),tcp(src=40000,dst=80),tcp_flags(syn)"
            );
    }

    [Test]
    public void A_tagged_key_nests()
    {
        byte[] frame = [.. Frames.ArpRequest[..12], .. Wire.Hex("88a8 6064 8100 10c8"), .. Frames.ArpRequest[12..]];
        FlowKeyReader.Read(frame, 2, out var key);
        FlowText
            .Format(key)
            .ShouldBe(
                "in_port(2),eth(src=02:00:00:00:00:0a,dst=ff:ff:ff:ff:ff:ff),eth_type(0x88a8),vlan(vid=100,pcp=3),"
                    + "encap(eth_type(0x8100),vlan(vid=200,pcp=0,dei=1),encap(eth_type(0x0806),"
                    + "arp(sip=10.0.0.1,tip=10.0.0.2,op=1,sha=02:00:00:00:00:0a,tha=00:00:00:00:00:00)))"
            );
    }

    [TestCase(
        "in_port(2),eth(dst=02:00:00:00:00:0b),eth_type(0x0800),ipv4(dst=10.0.0.0/255.255.255.0,frag=no), actions:set(ipv4(ttl=63)),3"
    )]
    [TestCase("in_port(2),eth_type(0x0806),arp(tip=10.0.0.0/255.0.0.0,op=1), actions:drop")]
    [TestCase(
        "in_port(2),eth(dst=01:00:00:00:00:00/01:00:00:00:00:00),eth_type(0x86dd),ipv6(dst=fd00::/ffff:ffff::,label=0x5,frag=later), actions:1,2"
    )]
    [TestCase(
        "in_port(2),eth_type(0x86dd),ipv6(proto=58,hlimit=255,frag=no),icmpv6(type=135,code=0),nd(target=fd00::2,sll=02:00:00:00:00:0a), actions:userspace(pid=7,userdata(000000000000004d))"
    )]
    [TestCase(
        "in_port(2),eth_type(0x8100),vlan(vid=5,pcp=0),encap(eth_type(0x0800),ipv4(proto=17,frag=no),udp(dst=53)), actions:pop_vlan,4"
    )]
    [TestCase("in_port(2),eth_type(0x8100),vlan(vid=5),encap(eth_type(0x0800)), actions:push_vlan(tpid=0x88a8,vid=7,pcp=3),4")]
    [TestCase("in_port(2),eth_type(0x0800),ipv4(proto=6,tos=0/0x3,frag=first),tcp(src=32768/0x8000),tcp_flags(+syn-ack), actions:drop")]
    [TestCase(
        "tunnel(tun_id=0x2a,src=192.0.2.1,dst=192.0.2.2,tos=0,ttl=64,flags(df|key)),skb_mark(0x1),in_port(2),eth_type(0x0800), actions:set(eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02)),set(ipv4(src=10.0.0.1,dst=10.0.0.0/255.255.255.0)),set(tcp(dst=8080)),5"
    )]
    [TestCase(
        "in_port(2),eth_type(0x86dd), actions:set(tunnel(tun_id=0x5,ipv6_src=fd00::1,ipv6_dst=fd00::2,tos=0x0,ttl=64,flags(df|key|ipv6))),9"
    )]
    [TestCase(
        "in_port(2),eth_type(0x0806), actions:set(tunnel(tun_id=0x5,src=192.0.2.1,dst=192.0.2.2,tos=0x0,ttl=64,flags(df|key))),check_pkt_len(size=1464,gt(userspace),le(9)),3"
    )]
    public void A_flow_is_written_as_it_was_read(string text)
    {
        var flow = FlowText.Parse(text);
        FlowText.Format(WithProtocol(flow.Key), flow.Mask, [.. flow.Actions]).ShouldBe(text);

        // Sets of TCP fields are named by the protocol, which the mask need not hold.
        static FlowKey WithProtocol(FlowKey key)
        {
            if (key.IpProto == 0)
                key.IpProto = IpProtocol.Tcp;
            return key;
        }
    }

    [Test]
    public void What_dump_flows_adds_is_passed_over()
    {
        var text =
            "ufid:2e2e, recirc_id(0),dp_hash(0/0),in_port(2),packet_type(ns=0,id=0),eth_type(0x0800),ipv4(dst=10.0.0.0/24), packets:3, bytes:300, used:0.5s, flags:S, actions:1";
        FlowText
            .TryParse(text.Replace("packet_type(ns=0,id=0),", "", StringComparison.Ordinal), out var flow, out var error)
            .ShouldBeTrue(error.ToString());
        flow!.Mask.GetAny(FlowField.NwDst).ShouldBe(UInt128.MaxValue << 8);
        flow.Actions.ShouldBe([FlowAction.Output(1)]);
    }

    [TestCase("in_port(x)", 9, "a number of at most 4294967295")]
    [TestCase("in_port(1),eth_tpye(0x0800)", 12, "did you mean 'eth_type'?")]
    [TestCase("in_port(1),ipv4(dst=10.0.0.1)", 12, "ipv4() needs eth_type(0x0800)")]
    [TestCase("in_port(1),eth_type(0x0800),ipv4(det=10.0.0.1)", 34, "did you mean 'dst'?")]
    [TestCase("in_port(1),eth_type(0x0800),ipv4(dst=10.0.0.256)", 38, "an IPv4 address such as 10.0.0.1")]
    [TestCase("in_port(1),eth_type(0x0800),ipv4(dst=10.0.0.0/33)", 38, "a mask for an IPv4 address")]
    [TestCase("in_port(1),eth_type(0x0800),ipv4(frag=maybe)", 39, "no, first or later")]
    [TestCase("in_port(1),eth_type(0x0800),ipv4(proto=6),tcp_flags(sin)", 53, "did you mean 'fin'?")]
    [TestCase("in_port(1) eth_type(0x0800)", 12, "expected ','")]
    [TestCase("in_port(1", 10, "expected ')' but the text ends")]
    [TestCase("in_port(1),vlan(vid=5)", 12, "vlan() needs eth_type(0x8100)")]
    [TestCase("in_port(1),encap(eth_type(0x0800))", 12, "encap() needs a vlan()")]
    [TestCase("in_port(1),recirc_id(4)", 12, "recirc_id is not supported here")]
    [TestCase("in_port(1), actions:output", 21, "neither a port's number nor an action")]
    [TestCase("in_port(1), actions:pop_vlam", 21, "did you mean 'pop_vlan'?")]
    [TestCase("in_port(1), actions:1,drop", 23, "drop stands alone")]
    [TestCase("in_port(1), actions:set(ipv4(ttl=256))", 34, "a number of at most 255")]
    public void An_error_tells_where_and_what(string text, int column, string message)
    {
        FlowText.TryParse(text, out _, out var error).ShouldBeFalse();
        error.Message.ShouldContain(message);
        error.Column.ShouldBe(column, error.ToString());
    }

    [Test]
    public void Every_key_can_be_read_again()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var key = Tunnelled(new RandomKeys(seed));
            var text = FlowText.Format(key);
            FlowText.TryParse(text, out var flow, out var error).ShouldBeTrue();
            if (flow!.Key != key)
                PacketSynthesizerTest.Differences(key, flow.Key).ShouldBeEmpty($"seed {seed}: {text} {error}");
        }
    }

    [Test]
    public void Every_flow_can_be_read_again()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, mask) = MaskPrerequisitesTest.Random(seed);
            MaskPrerequisites.Complete(key, ref mask);
            // What such a packet does not have is told by what it has.
            for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
            {
                if ((mask.GetAny(field) & FlowFieldUse.BitsOf(field, key)) == UInt128.Zero)
                    mask.SetAny(field, UInt128.Zero);
            }
            var actions = RandomActions(new RandomKeys(seed), key);
            var text = FlowText.Format(key, mask, actions);
            if (!FlowText.TryParse(text, out var flow, out var error))
                Assert.Fail($"seed {seed}: {text}: {error}");
            if (flow!.Mask != mask || flow.Key != key.Masked(mask))
                Assert.Fail($"seed {seed}: {text} was read as {FlowText.Format(flow.Key, flow.Mask)}");
            flow.Actions.ShouldBe(actions, $"seed {seed}: {text}");
        }
    }

    [Test]
    public void Any_text_is_a_flow_or_an_error_within_it()
    {
        const string Alphabet =
            "in_port(2),eth_type(0x8100)vlan(vid=5)encap(eth_type(0x0800)ipv4(dst=1.2.3.4/24frag=no)actions:set(tunnel(flags(df|+-:";
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var text = "";
            for (var i = random.Next(6); i > 0; i--)
            {
                var at = random.Next(Alphabet.Length);
                text += Alphabet.Substring(at, random.Next(Alphabet.Length - at));
            }
            if (!FlowText.TryParse(text, out _, out var error))
                error.Column.ShouldBeInRange(1, text.Length + 1, text);
        }
    }

    /// <summary>A flow of a seed: of any kind of packet, tagged or out of a tunnel or neither, any bits exact.</summary>
    internal static (FlowKey Key, FlowMask Mask, FlowAction[] Actions) RandomFlow(int seed)
    {
        var (key, mask) = MaskPrerequisitesTest.Random(seed);
        if (seed % 3 == 0)
            (key, mask) = (Tunnelled(new RandomKeys(seed)), seed % 2 == 0 ? FlowMask.Exact : mask);
        MaskPrerequisites.Complete(key, ref mask);
        return (key.Masked(mask), mask, RandomActions(new RandomKeys(seed), key));
    }

    private static FlowKey Tunnelled(RandomKeys random)
    {
        var key = random.Next();
        if (random.Random.Next(4) > 0)
            return key;
        var isV6 = random.Random.Next(2) == 0;
        key.Set(FlowField.SkbMark, random.Few(32));
        key.Set(FlowField.TunnelId, random.Few(24));
        key.SetWide(FlowField.TunnelSrc, isV6 ? random.Wide() : random.Few(32));
        key.SetWide(FlowField.TunnelDst, isV6 ? random.Wide() : random.Few(32));
        key.Set(FlowField.TunnelTos, random.Few(8));
        key.Set(FlowField.TunnelTtl, random.Few(8));
        key.Set(FlowField.TunnelTpSrc, random.Few(16));
        key.Set(FlowField.TunnelTpDst, random.Few(16));
        key.Set(FlowField.TunnelFlags, random.Few(4) | (isV6 ? (ulong)TunnelFlags.Ipv6 : 0));
        return key;
    }

    private static FlowAction[] RandomActions(RandomKeys random, FlowKey key)
    {
        var actions = new FlowAction[random.Random.Next(6)];
        for (var i = 0; i < actions.Length; i++)
        {
            actions[i] = random.Random.Next(7) switch
            {
                0 => FlowAction.PushVlan(random.Pick<ushort>([0x8100, 0x88a8]), (ushort)random.Few(16)),
                1 => FlowAction.PopVlan(),
                2 => FlowAction.Userspace((uint)random.Few(32), random.Few(64)),
                3 => Tunnel(random),
                4 => FlowAction.Output((uint)random.Few(32)),
                _ => Set(random, key),
            };
        }
        return actions;
    }

    private static FlowAction Set(RandomKeys random, in FlowKey key)
    {
        var field = random.Pick<FlowField>(RandomKeys.SettableOf(key));
        var some = random.Wide() & FlowFieldUse.BitsOf(field, key) & ~(UInt128)1;
        return FlowAction.SetField(
            field,
            random.Value(key, field),
            some == UInt128.Zero || random.Random.Next(2) == 0 ? FlowFieldLayout.AllOf(field) : some
        );
    }

    private static FlowAction Tunnel(RandomKeys random)
    {
        var isV6 = random.Random.Next(2) == 0;
        var family = isV6 ? IpFamily.V6 : IpFamily.V4;
        return FlowAction.SetTunnel(
            random.Few(24),
            IpAddress.Of(family, isV6 ? random.Wide() : random.Few(32)),
            IpAddress.Of(family, isV6 ? random.Wide() : random.Few(32)),
            new TunnelOptions((TunnelFlags)random.Few(4) | (isV6 ? TunnelFlags.Ipv6 : 0), (byte)random.Few(8), (byte)random.Few(8))
        );
    }
}
