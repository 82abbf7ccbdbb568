using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using Fabric.Tests.Bindings;
using Fabric.Tests.Datapaths.OpenVSwitch;

namespace Fabric.Tests.Kernel;

/// <summary>The kernel takes the flows that are decided, and tells of them as they were given.</summary>
public class FlowCodecKernelTest : OvsKernelFixture
{
    private const int Cases = 2048;

    [Test]
    public void A_flow_comes_back_as_it_was_put()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var (key, mask) = OvsBytes.RandomFlow(seed);
            Check(seed, seed % 2 == 0 ? key : key.Masked(mask), mask, [FlowAction.Output(Port.Number)]);
        }
    }

    [Test]
    public void Actions_come_back_as_they_were_planned()
    {
        var count = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = new RandomRewrites(seed);
            var key = world.Key.Original;
            var mask = OvsBytes.Complete(key, world.Key.Mask);
            FlowAction[] actions = [.. world.Actions.Span, OvsBytes.Tunnel(5), FlowAction.Output(3), FlowAction.Userspace(UpcallPid, 7)];
            if (OvsBytes.Actions(key, actions) is { } bytes)
            {
                count++;
                Check(seed, key, mask, [.. OvsBytes.ReadActions(bytes)]);
            }
        }
        count.ShouldBeGreaterThan(Cases / 2);
    }

    [Test]
    public void Statistics_come_with_the_flow_and_with_its_end()
    {
        var frame = Packets.Frames.Udp4;
        FlowKeyReader.Read(frame, Port.Number, out var key);
        var mask = default(FlowMask);
        MaskPrerequisites.Complete(key, ref mask);
        Ask(writer => Flows(writer).TryPut(1, new FlowId(1), key, mask, []).ShouldBeTrue()).ShouldBeEmpty();
        Send(Enumerable.Repeat(frame, 5));
        Eventually(() => Read(Ask(writer => Flows(writer).Get(1, new FlowId(1), statisticsOnly: true))[0]).Packets == 5, "five packets");

        var last = Ask(writer => Flows(writer).Delete(9, new FlowId(1), echo: true)).Single();
        var statistics = Read(last);
        (statistics.Packets, statistics.Bytes).ShouldBe((5, 5 * frame.Length));
        statistics.Used.ShouldBeInRange(Environment.TickCount64 - (long)Patience.TotalMilliseconds, Environment.TickCount64 + 20);
        Errno(Ask(writer => Flows(writer).Delete(9, new FlowId(1), echo: true)).Single()).ShouldBe(Agent.Host.Interop.Errno.NoEntry);
    }

    [Test]
    public void Of_many_requests_in_a_datagram_only_those_that_fail_are_answered_and_the_rest_is_done()
    {
        FlowKeyReader.Read(Packets.Frames.Udp4, Port.Number, out var key);
        var mask = FlowMask.Exact;
        var answers = Ask(writer =>
        {
            var flows = Flows(writer);
            for (var i = 0u; i < 64; i++)
            {
                // Every fourth is put twice.
                key.TpSrc = (ushort)(1000 + (i % 4 == 3 ? i - 1 : i));
                flows.TryPut(100 + i, new FlowId(i), key, mask, [FlowAction.Output(Port.Number)]).ShouldBeTrue();
            }
        });
        answers.Select(answer => BitConverter.ToUInt32(answer, 8)).ShouldBe(Enumerable.Range(0, 16).Select(i => 103u + 4 * (uint)i));
        answers.ShouldAllBe(answer => Errno(answer) == Agent.Host.Interop.Errno.Exists);
        Control.ReadFlows(Datapath, TimeProvider.System).Count.ShouldBe(48);
        Control.ReadDatapath(DatapathName).Counters.Flows.ShouldBe(48);
        Control.ReadDatapath(DatapathName).Counters.Masks.ShouldBe(1);
    }

    [Test]
    public void Answers_are_all_taken_also_when_there_are_more_than_one_look_takes()
    {
        const uint count = (NetlinkBatch.Slots * 2) + 1;
        FlowKeyReader.Read(Packets.Frames.Udp4, Port.Number, out var key);
        var mask = FlowMask.Exact;
        Ask(writer =>
            {
                for (var i = 0u; i < count; i++)
                {
                    key.TpSrc = (ushort)(1000 + i);
                    Flows(writer).TryPut(i, new FlowId(i), key, mask, [FlowAction.Output(Port.Number)]).ShouldBeTrue();
                }
            })
            .ShouldBeEmpty();

        var ends = Ask(writer =>
        {
            for (var i = 0u; i < count; i++)
                Flows(writer).Delete(i, new FlowId(i), echo: true);
        });

        ends.Count.ShouldBe((int)count);
        ends.Select(end => BitConverter.ToUInt32(end, NetlinkFormat.MessageSequenceOffset))
            .ShouldBe(Enumerable.Range(0, (int)count).Select(i => (uint)i));
    }

    private void Check(int seed, FlowKey key, FlowMask mask, FlowAction[] actions)
    {
        var id = new FlowId((UInt128)seed + 1);
        var answers = Ask(writer =>
        {
            var flows = Flows(writer);
            flows.TryPut(1, id, key, mask, actions).ShouldBeTrue($"seed {seed}");
            flows.Get(2, id, statisticsOnly: false);
            flows.Delete(3, id, echo: false);
        });
        answers.Count.ShouldBe(1, $"seed {seed}: {FlowText.Format(key, mask, actions)}: {string.Join(',', answers.Select(Errno))}");
        Errno(answers[0]).ShouldBeNull();
        OvsFlowReader.TryRead(answers[0].AsSpan(16), out var flow, out _).ShouldBeTrue();
        flow.Id.ShouldBe(id);
        flow.TryReadMatch(out var readKey, out var readMask).ShouldBeTrue($"seed {seed}");
        if (IsAnyIpv6Tunnel(key, mask))
        {
            // The kernel tells the version by the addresses alone.
            readKey.Set(FlowField.TunnelFlags, key.Masked(mask).Get(FlowField.TunnelFlags));
        }
        FlowText.Format(readKey, readMask).ShouldBe(FlowText.Format(key.Masked(mask), mask), $"seed {seed}");
        readKey.ShouldBe(key.Masked(mask), $"seed {seed}");
        readMask.Covers(mask).ShouldBeTrue($"seed {seed}");
        OvsBytes.Difference(key, mask, readMask).ShouldBeEmpty($"seed {seed}");
        var readActions = new List<FlowAction>();
        flow.TryReadActions(readActions).ShouldBeTrue($"seed {seed}");
        readActions.SequenceEqual(actions).ShouldBeTrue($"seed {seed}: {string.Join(',', readActions)} for {string.Join(',', actions)}");
    }

    private static bool IsAnyIpv6Tunnel(in FlowKey key, in FlowMask mask)
    {
        var seen = key.Masked(mask);
        return ((TunnelFlags)seen.Get(FlowField.TunnelFlags) & TunnelFlags.Ipv6) != 0
            && (seen.GetWide(FlowField.TunnelSrc) | seen.GetWide(FlowField.TunnelDst)) == UInt128.Zero;
    }

    private static (long Packets, long Bytes, long Used) Read(byte[] message)
    {
        OvsFlowReader.TryRead(message.AsSpan(16), out var flow, out _).ShouldBeTrue();
        return (flow.Packets, flow.Bytes, flow.UsedMilliseconds);
    }

    private static Errno? Errno(byte[] message) =>
        BitConverter.ToUInt16(message, 4) == NetlinkControl.Error ? (Errno)(-BitConverter.ToInt32(message, 16)) : null;
}
