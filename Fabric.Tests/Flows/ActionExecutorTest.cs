using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Packets;

namespace Fabric.Tests.Flows;

public class ActionExecutorTest
{
    private const int Cases = 10_000;

    [Test]
    public void Each_output_has_the_frame_as_rewritten_by_then()
    {
        var outputs = Run(
            Frames.Tcp4,
            [
                FlowAction.Output(1),
                Set(FlowField.EthDst, 0x0200_0000_0001),
                FlowAction.Output(2),
                FlowAction.Userspace(9, 77),
                FlowAction.PopVlan(),
            ]
        );
        outputs.Select(o => o.Action.Port).ShouldBe([1u, 2u, 9u]);
        outputs[0].Frame.ShouldBe(Frames.Tcp4);
        Key(outputs[1].Frame).EthDst.ShouldBe(new MacAddress(0x0200_0000_0001));
        outputs[2].Frame.ShouldBe(outputs[1].Frame);
        outputs[2].Action.Id.ShouldBe(77ul);
    }

    [Test]
    public void Tags_are_pushed_and_popped()
    {
        var outputs = Run(
            Frames.Udp4,
            [
                FlowAction.PushVlan(0x8100, 100),
                FlowAction.PushVlan(0x88a8, 0x6005),
                FlowAction.Output(1),
                Set(FlowField.VlanTci, 6, 0xfff),
                Set(FlowField.TpDst, 54),
                FlowAction.Output(2),
                FlowAction.PopVlan(),
                FlowAction.Output(3),
                FlowAction.PopVlan(),
                FlowAction.PopVlan(),
                FlowAction.Output(4),
            ]
        );
        outputs[0].Frame[12..20].ShouldBe(Wire.Hex("88a8 6005 8100 0064"));
        outputs[0].Frame[20..].ShouldBe(Frames.Udp4[12..]);
        outputs[1].Frame[12..20].ShouldBe(Wire.Hex("88a8 6006 8100 0064"));
        outputs[2].Frame[12..16].ShouldBe(Wire.Hex("8100 0064"));
        outputs[3].Frame.Length.ShouldBe(Frames.Udp4.Length);
        Key(outputs[3].Frame).TpDst.ShouldBe((ushort)54);
        FrameChecks.Fault(outputs[3].Frame).ShouldBeNull();
    }

    [Test]
    public void Growth_tells_how_far_the_headers_moved()
    {
        var (buffer, start, layout) = Load(Frames.Tcp4);
        var executor = new ActionExecutor(buffer, start, layout, [FlowAction.PushVlan(0x8100, 1), FlowAction.Output(1)]);
        executor.MoveNext().ShouldBeTrue();
        executor.Growth.ShouldBe(4);
        executor.Start.ShouldBe(start - 4);
    }

    [Test]
    public void A_frame_is_final_when_no_rewrite_follows()
    {
        var (buffer, start, layout) = Load(Frames.Tcp4);
        FlowAction[] actions = [FlowAction.Output(1), FlowAction.PushVlan(0x8100, 1), FlowAction.Output(2), FlowAction.Output(3)];
        var executor = new ActionExecutor(buffer, start, layout, actions);
        var final = new List<bool>();
        while (executor.MoveNext())
            final.Add(executor.IsFinal);
        final.ShouldBe([false, true, true]);
    }

    [Test]
    public void The_encapsulation_set_last_is_told()
    {
        var (buffer, start, layout) = Load(Frames.Tcp4);
        FlowAction[] actions =
        [
            FlowAction.Output(1),
            FlowAction.SetTunnel(5, IpAddress.Parse("192.0.2.1"), IpAddress.Parse("192.0.2.2"), default),
            FlowAction.Output(2),
        ];
        var executor = new ActionExecutor(buffer, start, layout, actions);
        executor.MoveNext();
        executor.HasTunnel.ShouldBeFalse();
        executor.MoveNext();
        executor.HasTunnel.ShouldBeTrue();
        executor.Tunnel.Id.ShouldBe(5ul);
    }

    [Test]
    public void Setting_any_bits_of_any_field_keeps_the_others_and_the_checksums()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomKeys(seed);
            var key = random.Next();
            var frame = PacketSynthesizer.Build(key, new byte[random.Random.Next(32)]);
            var expected = key;
            var actions = new List<FlowAction>();
            for (var i = random.Random.Next(1, 5); i > 0; i--)
            {
                var field = random.Pick<FlowField>(RandomKeys.SettableOf(key));
                var mask = random.Random.Next(2) == 0 ? FlowFieldLayout.AllOf(field) : random.Wide() & FlowFieldLayout.AllOf(field);
                var value = random.Value(key, field) & mask;
                actions.Add(FlowAction.SetField(field, value, mask));
                expected.SetAny(field, expected.GetAny(field) & ~mask | value);
            }
            actions.Add(FlowAction.Output(1));
            var output = Run(frame, [.. actions]).ShouldHaveSingleItem();
            var got = Key(output.Frame, key.InPort);
            if (got != expected)
                PacketSynthesizerTest.Differences(expected, got).ShouldBeEmpty($"seed {seed}");
            FrameChecks.Fault(output.Frame).ShouldBeNull($"seed {seed}");
        }
    }

    [Test]
    public void An_unfinished_checksum_stays_the_sum_of_the_pseudo_header()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomKeys(seed);
            var key = random.Next();
            if (!RandomKeys.HasPorts(key))
                continue;
            var frame = PacketSynthesizer.Build(key, new byte[random.Random.Next(32)]);
            PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
            var at = layout.TransportOffset + (layout.Transport == TransportKind.Tcp ? 16 : 6);
            Put(frame, at, FrameChecks.PseudoHeader(frame, layout));
            var actions = RandomKeys.SettableOf(key).Select(f => Set(f, random.Value(key, f))).Append(FlowAction.Output(1));
            var output = Run(frame, [.. actions], isPartial: true).ShouldHaveSingleItem();

            // What the hardware does in the end: the sum over the segment, the field being part of it, complemented.
            PacketLayout.TryParse(output.Frame, out var after).ShouldBeTrue();
            Get(output.Frame, at).ShouldBe(FrameChecks.PseudoHeader(output.Frame, after), $"seed {seed}");
        }
    }

    [Test]
    public void A_udp_datagram_without_checksum_keeps_none()
    {
        var frame = Frames.Udp4;
        frame[40] = frame[41] = 0;
        var output = Run(frame, [Set(FlowField.NwSrc, 0x0a00_0009), Set(FlowField.TpSrc, 9), FlowAction.Output(1)]).ShouldHaveSingleItem();
        Get(output.Frame, 40).ShouldBe((ushort)0);
        FrameChecks.Fault(output.Frame).ShouldBeNull();
    }

    [Test]
    public void A_later_fragment_keeps_its_data()
    {
        var frame = Frames.Udp4;
        frame[21] = 0xb9;
        frame[20] = 0;
        var data = frame[34..];
        var output = Run(frame, [Set(FlowField.NwSrc, 0x0a00_0009), Set(FlowField.TpSrc, 9), FlowAction.Output(1)]).ShouldHaveSingleItem();
        output.Frame[34..].ShouldBe(data);
        Key(output.Frame).NwSrc.ShouldBe(IpAddress.Parse("10.0.0.9"));
    }

    [Test]
    public void A_frame_without_the_field_stays_as_it_is()
    {
        var actions = Enum.GetValues<FlowField>()
            .Where(f => f is not (FlowField.EthSrc or FlowField.EthDst))
            .Select(f => FlowAction.SetField(f, UInt128.MaxValue, FlowFieldLayout.AllOf(f)))
            .Append(FlowAction.Output(1));
        var frame = Wire.Hex("02000000000b 02000000000a 88cc 0001 0203 0405 0607 0809");
        Run(frame, [.. actions]).ShouldHaveSingleItem().Frame.ShouldBe(frame);
    }

    [Test]
    public void Any_actions_on_any_bytes_are_done_or_left()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new RandomKeys(seed);
            var frame = PacketSynthesizer.Build(random.Next(), new byte[8])[..];
            for (var i = random.Random.Next(6); i > 0; i--)
                frame[random.Random.Next(frame.Length)] = (byte)random.Random.Next(256);
            frame = frame[..random.Random.Next(Ethernet.HeaderLength, frame.Length + 1)];
            var actions = new List<FlowAction>();
            for (var i = 0; i < FlowFieldLayout.Count; i++)
                actions.Add(FlowAction.SetField((FlowField)i, random.Wide(), FlowFieldLayout.AllOf((FlowField)i)));
            actions.Insert(random.Random.Next(actions.Count), FlowAction.PopVlan());
            actions.Insert(random.Random.Next(actions.Count), FlowAction.PushVlan(0x8100, 5));
            actions.Insert(random.Random.Next(actions.Count), FlowAction.PopVlan());
            actions.Add(FlowAction.Output(1));
            Run(frame, [.. actions]).ShouldHaveSingleItem($"seed {seed}");
        }
    }

    [Test]
    public void Executing_allocates_nothing()
    {
        FlowAction[] actions =
        [
            Set(FlowField.EthDst, 1),
            Set(FlowField.NwSrc, 2),
            Set(FlowField.IpTtl, 63),
            Set(FlowField.TpDst, 99),
            FlowAction.PushVlan(0x8100, 1),
            FlowAction.Output(1),
            FlowAction.PopVlan(),
            FlowAction.Output(2),
        ];
        var (buffer, start, layout) = Load(Frames.Tcp4);
        Execute(buffer, start, layout, actions).ShouldBe(2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Execute(buffer, start, layout, actions);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    internal static List<(FlowAction Action, byte[] Frame)> Run(
        ReadOnlySpan<byte> frame,
        ReadOnlySpan<FlowAction> actions,
        bool isPartial = false
    )
    {
        var (buffer, start, layout) = Load(frame);
        layout.HasPartialChecksum = isPartial;
        var outputs = new List<(FlowAction, byte[])>();
        var executor = new ActionExecutor(buffer, start, layout, actions);
        while (executor.MoveNext())
            outputs.Add((executor.Current, executor.Frame.ToArray()));
        return outputs;
    }

    private static int Execute(byte[] buffer, int start, in PacketLayout layout, ReadOnlySpan<FlowAction> actions)
    {
        var outputs = 0;
        var executor = new ActionExecutor(buffer, start, layout, actions);
        while (executor.MoveNext())
            outputs++;
        return outputs;
    }

    private static (byte[] Buffer, int Start, PacketLayout Layout) Load(ReadOnlySpan<byte> frame)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        return ([.. Wire.Dirty(ActionExecutor.Headroom), .. frame], ActionExecutor.Headroom, layout);
    }

    private static FlowAction Set(FlowField field, UInt128 value) => FlowAction.SetField(field, value, FlowFieldLayout.AllOf(field));

    private static FlowAction Set(FlowField field, UInt128 value, UInt128 mask) => FlowAction.SetField(field, value, mask);

    private static FlowKey Key(ReadOnlySpan<byte> frame, uint inPort = 1)
    {
        FlowKeyReader.Read(frame, inPort, out var key);
        return key;
    }

    private static ushort Get(byte[] bytes, int at) => (ushort)(bytes[at] << 8 | bytes[at + 1]);

    private static void Put(byte[] bytes, int at, ushort value) => (bytes[at], bytes[at + 1]) = ((byte)(value >> 8), (byte)value);
}
