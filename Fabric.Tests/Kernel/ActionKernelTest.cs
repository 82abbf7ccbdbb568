using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Tests.Bindings;
using Fabric.Tests.Datapaths.OpenVSwitch;

namespace Fabric.Tests.Kernel;

/// <summary>What the kernel's actions make of a frame is what ours make of it, to the byte.</summary>
public class ActionKernelTest : OvsKernelFixture
{
    private const int Cases = 2048;

    [Test]
    public void Every_copy_leaves_as_it_would_leave_us()
    {
        var count = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = new RandomRewrites(seed);
            var frame = PacketSynthesizer.Build(world.Key.Original, new byte[world.Keys.Random.Next(32)]);
            // Outputs come up to us instead, in their order, numbered by their port.
            var actions = world.Actions.Span.ToArray().Select(ToUs).ToArray();
            if (OvsBytes.Actions(world.Key.Original, actions) is not null)
            {
                count++;
                Check(seed, world.Key.Original, frame, actions);
            }
        }
        count.ShouldBeGreaterThan(Cases / 2);
    }

    private FlowAction ToUs(FlowAction action) =>
        action.Kind == FlowActionKind.Output ? FlowAction.Userspace(UpcallPid, action.Port) : action;

    private void Check(int seed, FlowKey key, byte[] frame, FlowAction[] actions)
    {
        Ask(writer => TryExecute(writer, key, frame, actions).ShouldBeTrue()).ShouldBeEmpty($"seed {seed}: {Text(actions)}");
        var expected = Execute(frame, actions);
        var upcalls = ReceiveUpcalls(expected.Count);
        for (var i = 0; i < upcalls.Count; i++)
        {
            OvsUpcallReader.TryRead(upcalls[i].AsSpan(16), out _, out var upcall).ShouldBeTrue($"seed {seed}");
            upcall.IsMiss.ShouldBeFalse();
            upcall.Cookie.ShouldBe(expected[i].Cookie, $"seed {seed}");
            Convert.ToHexString(upcall.Packet).ShouldBe(Convert.ToHexString(expected[i].Frame), $"seed {seed}: {key} {Text(actions)}");
        }
    }

    private static List<(ulong Cookie, byte[] Frame)> Execute(byte[] frame, FlowAction[] actions)
    {
        var buffer = new byte[ActionExecutor.Headroom + frame.Length];
        frame.CopyTo(buffer, ActionExecutor.Headroom);
        PacketLayout.TryParse(frame, out var layout);
        var executor = new ActionExecutor(buffer, ActionExecutor.Headroom, layout, actions);
        var copies = new List<(ulong, byte[])>();
        while (executor.MoveNext())
        {
            copies.Add((executor.Current.Id, executor.Frame.ToArray()));
        }
        return copies;
    }

    private static string Text(FlowAction[] actions) => string.Join(',', actions);
}
