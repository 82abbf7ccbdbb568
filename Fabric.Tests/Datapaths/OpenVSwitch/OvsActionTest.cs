using Fabric.Addresses;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Bindings;
using Fabric.Tests.Flows;
using static Fabric.Flows.FlowAction;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

public class OvsActionTest
{
    private const int Cases = 20_000;

    private static readonly FlowKey s_tcp = Key("in_port=1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2");
    private static readonly FlowKey s_tagged = Key("in_port=1,tcp,dl_vlan=5,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2");
    private static readonly FlowKey s_arp = Key("in_port=1,arp,arp_op=1");

    [Test]
    public void Dropping_is_having_no_action() => OvsBytes.Actions(s_tcp).ShouldBe([]);

    [Test]
    public void Settings_of_one_header_that_follow_each_other_are_one_attribute()
    {
        var bytes = OvsBytes.Actions(
            s_tcp,
            SetField(FlowField.EthSrc, 0x02000000000a, 0xffffffffffff),
            SetField(FlowField.EthDst, 0x02000000000b, 0xffffffffffff),
            SetField(FlowField.IpTtl, 63, 0xff),
            Output(2)
        );
        bytes.ShouldBe(
            Hex(
                """
                20000b80 1c000400 02000000000a 02000000000b ffffffffffff ffffffffffff
                20000b80 1c000700 00000000 00000000 00 00 3f 00 00000000 00000000 00 00 ff 00
                08000100 02000000
                """
            )
        );
    }

    [Test]
    public void A_later_setting_of_the_same_bits_holds()
    {
        var bytes = OvsBytes.Actions(s_tcp, SetField(FlowField.TpDst, 80, 0xffff), SetField(FlowField.TpDst, 0x100, 0x300))!;
        OvsBytes.ReadActions(bytes).ShouldBe([SetField(FlowField.TpDst, 0x150, 0xffff)]);
    }

    [Test]
    public void Setting_a_tag_is_a_pop_and_a_push()
    {
        var bytes = OvsBytes.Actions(s_tagged, SetField(FlowField.VlanTci, 0x2007, 0xefff));
        bytes.ShouldBe(Hex("04000500 08000400 8100 3007"));
        OvsBytes.Actions(s_tagged, PopVlan(), SetField(FlowField.VlanTci, 7, 0xffff)).ShouldBe(Hex("04000500"));
    }

    [Test]
    public void A_tag_is_set_by_the_protocol_of_the_one_that_was_pushed_last()
    {
        var bytes = OvsBytes.Actions(s_tagged, PushVlan(EtherType.ServiceVlan, 1), SetField(FlowField.VlanTci, 7, 0xffff))!;
        OvsBytes.ReadActions(bytes).ShouldBe([PushVlan(EtherType.ServiceVlan, 1), PopVlan(), PushVlan(EtherType.ServiceVlan, 7)]);
    }

    [Test]
    public void What_is_too_long_for_a_tunnel_goes_to_user_space()
    {
        FlowAction[] actions = [OvsBytes.Tunnel(5).Within(1464), Output(3), Output(4)];
        var bytes = OvsBytes.Of(writer => OvsActionWriter.TryWrite(writer, actions, s_tcp, longFramesTo: 77).ShouldBeTrue());
        const string Greater = "1c000280 18000280 08000100 4d000000 0c000200 00000000000005b8";
        const string LessOrEqual = "0c000380 08000100 03000000";
        Convert
            .ToHexString(bytes)
            .ShouldEndWith(Convert.ToHexString(Hex($"34001580 06000100 b8050000 {Greater} {LessOrEqual} 08000100 04000000")));
        OvsBytes.ReadActions(bytes).ShouldBe(actions);

        // The kernel does not count the outer tag.
        bytes = OvsBytes.Of(writer => OvsActionWriter.TryWrite(writer, actions, s_tagged, longFramesTo: 77).ShouldBeTrue());
        Convert.ToHexString(bytes).ShouldContain(Convert.ToHexString(Hex("06000100 b4050000")));
        OvsBytes.ReadActions(bytes).ShouldBe(actions);
    }

    [Test]
    public void A_kernel_that_cannot_tell_lengths_is_not_asked_to()
    {
        var bytes = OvsBytes.Actions(s_tcp, OvsBytes.Tunnel(5).Within(1464), Output(3))!;
        OvsBytes.ReadActions(bytes).ShouldBe([OvsBytes.Tunnel(5), Output(3)]);
    }

    [Test]
    public void A_tunnel_without_a_time_to_live_gets_the_hosts()
    {
        var bytes = OvsBytes.Actions(s_tcp, OvsBytes.Tunnel(5, ttl: 0), Output(3))!;
        bytes.ShouldBe(
            Hex(
                """
                30000380 2c001080
                0c000000 00000000 00000005 08000100 c0000201 08000200 c0000202 05000400 40000000 04000500
                08000100 03000000
                """
            )
        );
        OvsBytes.ReadActions(bytes).ShouldBe([OvsBytes.Tunnel(5, ttl: 64), Output(3)]);
    }

    [Test]
    public void A_tunnel_over_IPv6_comes_back()
    {
        var (from, to) = (IpAddress.Parse("fd00::1"), IpAddress.Parse("fd00::2"));
        var options = new TunnelOptions(TunnelFlags.Key | TunnelFlags.Ipv6 | TunnelFlags.Checksum, 4, 9);
        var tunnel = SetTunnel(5, from, to, options);
        OvsBytes.ReadActions(OvsBytes.Actions(s_tcp, tunnel)!).ShouldBe([tunnel]);
    }

    [Test]
    public void User_space_gets_its_cookie_in_the_order_that_is_printed() =>
        OvsBytes.Actions(s_tcp, Userspace(7, 0x0102030405060708)).ShouldBe(Hex("18000280 08000100 07000000 0c000200 0102030405060708"));

    [TestCase(FlowField.NwSrc, 1)]
    [TestCase(FlowField.ArpOp, 2)]
    [TestCase(FlowField.ArpSha, 3)]
    [TestCase(FlowField.TpSrc, 4)]
    [TestCase(FlowField.IpTtl, 5)]
    public void Arp_cannot_be_changed(FlowField field, int value) =>
        OvsBytes.Actions(s_arp, Output(1), SetField(field, (UInt128)value, 0xff)).ShouldBeNull();

    [Test]
    public void What_the_kernel_has_no_words_for_is_refused()
    {
        var icmp = Key("in_port=1,icmp,icmp_type=8,icmp_code=0");
        OvsBytes.Actions(icmp, SetField(FlowField.TpSrc, 0, 0xff)).ShouldBeNull();
        var later = s_tcp;
        later.IpFrag = FragmentKind.Later;
        OvsBytes.Actions(later, SetField(FlowField.TpDst, 80, 0xffff)).ShouldBeNull("a later fragment has payload in that place");
        OvsBytes.Actions(s_tagged, SetField(FlowField.VlanTci, 7, 0x0fff)).ShouldBeNull("a part of a tag");
        OvsBytes.Actions(s_tcp, PushVlan(EtherType.Vlan, 0x1005)).ShouldBeNull("a tag that is drop eligible");
        OvsBytes.Actions(s_tcp, PushVlan(0x9100, 5)).ShouldBeNull("a tag of another protocol");
        OvsBytes.Actions(s_tcp, SetField(FlowField.TcpFlags, 0, 1)).ShouldBeNull();
    }

    [Test]
    public void More_actions_than_the_kernel_takes_are_refused()
    {
        OvsBytes.Actions(s_tcp, [.. Enumerable.Repeat(Output(1), OvsFormat.MaxActionsBytes / 8)]).ShouldNotBeNull();
        OvsBytes.Actions(s_tcp, [.. Enumerable.Repeat(Output(1), OvsFormat.MaxActionsBytes / 8 + 1)]).ShouldBeNull();
        FlowAction[] one = [OvsBytes.Tunnel(1), Output(1)];
        OvsBytes.Actions(s_tcp, [.. Enumerable.Repeat(one, 1000).SelectMany(pair => pair)]).ShouldNotBeNull("a flood to 1000 hosts");
        OvsBytes.Actions(s_tcp, [.. Enumerable.Repeat(one, 1400).SelectMany(pair => pair)]).ShouldBeNull();
    }

    [Test]
    public void What_is_planned_comes_back_as_it_was()
    {
        var written = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = new RandomRewrites(seed);
            var actions = world.Actions.Span.ToArray();
            if (OvsBytes.Actions(world.Key.Original, actions) is not { } bytes)
            {
                var key = world.Key.Original;
                actions.Any(action => IsBeyondTheKernel(action, key)).ShouldBeTrue($"seed {seed}");
                continue;
            }
            written++;
            var original = world.Key.Original;
            Text(original, OvsBytes.ReadActions(bytes)).ShouldBe(Text(original, actions), $"seed {seed}");
        }
        written.ShouldBeGreaterThan(Cases * 3 / 4);
    }

    [Test]
    public void What_was_read_is_written_as_the_same_bytes()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomKeys(seed);
            var key = random.Next();
            var actions = Enumerable.Range(0, random.Random.Next(8)).Select(_ => Draw(random, key)).ToArray();
            if (OvsBytes.Actions(key, actions) is { } bytes)
            {
                OvsBytes.Actions(key, [.. OvsBytes.ReadActions(bytes)]).ShouldBe(bytes, $"seed {seed}");
            }
        }
    }

    [TestCase("0800 0100 0100", TestName = "an output cut")]
    [TestCase("0600 0100 0100 0000", TestName = "an output of two bytes")]
    [TestCase("0600 0400 8100 0000", TestName = "a push of two bytes")]
    [TestCase("0400 0380", TestName = "a setting of nothing")]
    [TestCase("1000 0b80 0c00 0700 0a000001 0a000002", TestName = "a setting of half a header")]
    [TestCase("0800 0b80 0400 1080", TestName = "a tunnel in part")]
    [TestCase("0800 0280 0600 0100", TestName = "a socket of two bytes")]
    [TestCase("0800 0700 01000000", TestName = "recirculation")]
    [TestCase("0400 6300", TestName = "an unknown action")]
    public void Malformed_and_foreign_actions_are_refused(string hex) => OvsActionReader.TryRead(Hex(hex), []).ShouldBeFalse();

    private static FlowAction Draw(RandomKeys random, in FlowKey key) =>
        random.Random.Next(6) switch
        {
            0 => Output((uint)random.Random.Next(100)),
            1 => PushVlan(random.Pick<ushort>([EtherType.Vlan, EtherType.ServiceVlan]), (ushort)(random.Few(16) & 0xefff)),
            2 => PopVlan(),
            3 => OvsBytes.Tunnel(random.Few(24), (byte)random.Few(8), (TunnelFlags)random.Random.Next(16)),
            4 => Userspace((uint)random.Few(32), random.Few(64)),
            _ => DrawSetting(random, key),
        };

    private static FlowAction DrawSetting(RandomKeys random, in FlowKey key)
    {
        var field = random.Pick<FlowField>(RandomKeys.SettableOf(key));
        return SetField(field, random.Value(key, field), random.Wide() & FlowFieldUse.BitsOf(field, key));
    }

    /// <summary>The bits that packets have; a setting may name more.</summary>
    private static string Text(FlowKey key, IEnumerable<FlowAction> actions) =>
        string.Join(
            ' ',
            from action in actions
            let mask = action.Mask & FlowFieldUse.BitsOf(action.Field, key)
            where action.Kind != FlowActionKind.SetField || mask != UInt128.Zero
            select action.Kind == FlowActionKind.SetField ? $"{action.Field}={action.Value:x}/{mask:x}" : action.ToString()
        );

    private static bool IsBeyondTheKernel(FlowAction action, FlowKey key) =>
        action.Kind == FlowActionKind.SetField
        && (action.Field is FlowField.ArpOp or FlowField.ArpSha or FlowField.ArpTha or FlowField.NdTarget || FlowFieldUse.IsArp(key));

    private static FlowKey Key(string notation) => PacketNotation.Parse(notation).Key;
}
