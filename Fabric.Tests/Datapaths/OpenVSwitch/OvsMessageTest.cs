using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using Fabric.Flows;
using Fabric.Tests.Packets;
using static Fabric.Tests.Netlink.Attributes;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Datapaths.OpenVSwitch;

/// <summary>Upcalls, and messages about flows and packets.</summary>
public class OvsMessageTest
{
    private static readonly GenericFamily s_flows = new("ovs_flow", 0x1d, 1, new Dictionary<string, uint>());
    private static readonly FlowId s_id = new(
        UInt128.Parse("00112233445566778899aabbccddeeff", System.Globalization.NumberStyles.HexNumber)
    );

    private static byte[] Miss => FakeOpenVSwitch.Header(1, 9);

    [TestCase("01010000 0900", TestName = "headers cut")]
    [TestCase("01010000 09000000", TestName = "nothing else")]
    [TestCase("01010000 09000000 06000100 0102 0000", TestName = "no key")]
    [TestCase("01010000 09000000 0c000280 08000300 01000000", TestName = "no packet")]
    [TestCase("01010000 09000000 04000100 0c000280 08000300 01000000", TestName = "an empty packet")]
    [TestCase("01010000 09000000 06000100 0102 0000 0a000280 06000300 0100 0000", TestName = "a key of short values")]
    [TestCase("01010000 09000000 06000100 0102 0000 08000280 08000300 01000000", TestName = "a key cut")]
    [TestCase("01010000 09000000 06000100 0102 0000 0c000280 08000300 01000000 06000a00 0100 0000", TestName = "a short length")]
    [TestCase("03010000 09000000 06000100 0102 0000 0c000280 08000300 01000000", TestName = "another command")]
    public void Malformed_upcalls_are_refused(string hex) => OvsUpcallReader.TryRead(Hex(hex), out _, out _).ShouldBeFalse();

    [Test]
    public void A_miss_has_the_packet_and_its_key()
    {
        FlowKeyReader.Read(Frames.Tcp4, 3, out var expected);
        byte[] payload = [.. Miss, .. Of(1, Frames.Tcp4), .. Nest(2, OvsBytes.Key(expected)), .. Of(77, 1)];
        OvsUpcallReader.TryRead(payload, out var key, out var upcall).ShouldBeTrue();
        key.ShouldBe(expected);
        upcall.IsKeyWhole.ShouldBeTrue();
        upcall.IsMiss.ShouldBeTrue();
        upcall.DatapathIndex.ShouldBe(9);
        upcall.FullLength.ShouldBe(Frames.Tcp4.Length);
        payload.AsSpan().Overlaps(upcall.Packet, out var at).ShouldBeTrue("the packet stays where it was received");
        at.ShouldBe(12);
        upcall.Packet.ToArray().ShouldBe(Frames.Tcp4);
    }

    [Test]
    public void What_an_action_hands_up_has_its_cookie_and_the_length_before_the_cut()
    {
        FlowKeyReader.Read(Frames.Tcp4, 3, out var expected);
        byte[] payload =
        [
            .. FakeOpenVSwitch.Header(2, 9),
            .. Of(1, Frames.Tcp4),
            .. Nest(2, OvsBytes.Key(expected)),
            .. Of(4, Hex("0102030405060708")),
            .. Of(10, 1500u),
        ];
        OvsUpcallReader.TryRead(payload, out _, out var upcall).ShouldBeTrue();
        upcall.IsMiss.ShouldBeFalse();
        upcall.Cookie.ShouldBe(0x0102030405060708ul);
        upcall.FullLength.ShouldBe(1500);
    }

    [Test]
    public void A_flow_is_put_with_its_id_key_mask_and_actions()
    {
        FlowKeyReader.Read(Frames.Udp4, 7, out var key);
        var mask = default(FlowMask);
        MaskPrerequisites.Complete(key, ref mask);
        var bytes = OvsBytes.Of(writer =>
            new OvsFlowWriter(writer, s_flows, 9).TryPut(41, s_id, key, mask, [FlowAction.Output(2)]).ShouldBeTrue()
        );
        bytes[4..24].ShouldBe(Hex("1d00 0106 29000000 00000000 01 01 0000 09000000").AsSpan(0, 20).ToArray());
        var attributes = Read(bytes.AsSpan(24));
        // As ovs-dpctl reads it: 00112233-4455-6677-8899-aabbccddeeff.
        attributes[9].ShouldBe(Hex("33221100 77665544 bbaa9988 ffeeddcc"));
        attributes[1].ShouldBe(OvsBytes.Key(key));
        attributes[7].ShouldBe(OvsBytes.Mask(key, mask));
        attributes[2].ShouldBe(Hex("08000100 02000000"));
    }

    [Test]
    public void A_flow_whose_actions_the_kernel_lacks_leaves_no_trace_between_others()
    {
        FlowKeyReader.Read(Frames.ArpRequest, 7, out var key);
        var mask = FlowMask.Exact;
        var bytes = OvsBytes.Of(writer =>
        {
            var flows = new OvsFlowWriter(writer, s_flows, 9);
            flows.Delete(1, s_id, echo: true);
            flows.TryPut(2, s_id, key, mask, [FlowAction.SetField(FlowField.ArpOp, 2, 0xff)]).ShouldBeFalse();
            flows.Get(3, s_id, statisticsOnly: true);
        });
        var messages = new NetlinkMessageReader(bytes);
        messages.TryRead(out var first).ShouldBeTrue();
        (first.Sequence, first.Flags).ShouldBe((1u, NetlinkFlags.Request | NetlinkFlags.Echo));
        messages.TryRead(out var second).ShouldBeTrue();
        second.Sequence.ShouldBe(3u);
        messages.TryRead(out _).ShouldBeFalse();
        messages.Problem.ShouldBe(NetlinkProblem.None);
    }

    [Test]
    public void A_packet_is_executed_with_its_port_alone()
    {
        FlowKeyReader.Read(Frames.Udp4, 7, out var key);
        var family = s_flows with { Id = 0x1e };
        var bytes = OvsBytes.Of(writer =>
            OvsPacketWriter.TryExecute(writer, family, 9, 5, key, Frames.Udp4, [FlowAction.Output(2)]).ShouldBeTrue()
        );
        var attributes = Read(bytes.AsSpan(24));
        attributes[1].ShouldBe(Frames.Udp4);
        attributes[2].ShouldBe(Hex("08000300 07000000"));
        attributes[3].ShouldBe(Hex("08000100 02000000"));
    }

    [TestCase("01010000 0900", NetlinkProblem.FixedHeaderCut)]
    [TestCase("01010000 09000000 0c000300 00000000 00000000", NetlinkProblem.ValueTooShort)]
    [TestCase("01010000 09000000 08000500 00000000", NetlinkProblem.ValueTooShort)]
    [TestCase("01010000 09000000 04000400", NetlinkProblem.ValueTooShort)]
    [TestCase("01010000 09000000 0c000100 00000000", NetlinkProblem.AttributeCut)]
    public void Malformed_flows_are_refused(string hex, NetlinkProblem expected)
    {
        OvsFlowReader.TryRead(Hex(hex), out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(expected);
    }

    [Test]
    public void A_flow_is_read_with_its_statistics()
    {
        byte[] payload =
        [
            .. Miss,
            .. Of(9, Hex("33221100 77665544 bbaa9988 ffeeddcc")),
            .. Of(3, Counters(5, 600)),
            .. Of(5, Counters(123456)),
            .. Of(4, 0x12),
            .. Of(88, 1, 2),
        ];
        OvsFlowReader.TryRead(payload, out var flow, out _).ShouldBeTrue();
        flow.Id.ShouldBe(s_id);
        (flow.Packets, flow.Bytes, flow.UsedMilliseconds, flow.TcpFlags).ShouldBe((5, 600, 123456, (byte)0x12));
    }

    [Test]
    public void A_flow_that_never_matched_has_no_statistics_and_another_programs_no_id()
    {
        OvsFlowReader.TryRead([.. Miss, .. Of(9, 1, 2, 3, 4)], out var flow, out _).ShouldBeTrue();
        flow.Id.ShouldBeNull();
        (flow.Packets, flow.UsedMilliseconds).ShouldBe((0, 0));
        flow.TryReadMatch(out _, out _).ShouldBeFalse("the key was not asked for");
    }

    [Test]
    public void A_flow_says_what_it_matches_and_does()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var (key, mask) = OvsBytes.RandomFlow(seed);
            var masked = key.Masked(mask);
            byte[] payload =
            [
                .. Miss,
                .. Nest(1, OvsBytes.Key(masked)),
                .. Nest(7, OvsBytes.Mask(masked, mask)),
                .. Nest(2, OvsBytes.Actions(key, FlowAction.Output(4))!),
            ];
            OvsFlowReader.TryRead(payload, out var flow, out _).ShouldBeTrue();
            flow.TryReadMatch(out var readKey, out var readMask).ShouldBeTrue($"seed {seed}");
            readKey.Masked(mask).ShouldBe(masked, $"seed {seed}");
            readMask.Covers(mask).ShouldBeTrue($"seed {seed}");
            var actions = new List<FlowAction>();
            flow.TryReadActions(actions).ShouldBeTrue();
            actions.ShouldBe([FlowAction.Output(4)]);
        }
    }
}
