using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using Fabric.Tests.Flows;

namespace Fabric.Tests.Bindings;

/// <summary>The law: doing a flow's actions to a packet's bytes gives the packets that were decided, for every packet the flow admits.</summary>
public class RewriteEqualsPacketTest
{
    private const int Cases = 10_000;

    [Test]
    public void The_actions_give_each_output_its_packet()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = new RandomRewrites(seed);
            var frame = PacketSynthesizer.Build(world.Key.Original, new byte[world.Keys.Random.Next(32)]);
            Check(seed, world, frame, world.Key.Original);
        }
    }

    [Test]
    public void The_actions_do_the_same_to_every_packet_that_the_mask_admits()
    {
        var admitted = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            var world = new RandomRewrites(seed);
            if (world.TryAnother() is not { } other)
                continue;
            admitted++;
            other.EqualsUnder(world.Key.Original, world.Key.Mask).ShouldBeTrue();
            Check(seed, world, PacketSynthesizer.Build(other, []), other);
        }
        admitted.ShouldBeGreaterThan(Cases / 3);
    }

    [Test]
    public void Planning_and_translating_allocate_nothing()
    {
        var world = new RandomRewrites(1);
        world.Translate();
        var before = GC.GetAllocatedBytesForCurrentThread();
        world.Translate();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void Check(int seed, RandomRewrites world, byte[] frame, FlowKey original)
    {
        var actions = world.Actions.Span.ToArray();
        var left = world.Outputs.Select(o => (Port: (uint)o.Port.Value, Key: Expected(original, o.Packet))).ToList();
        foreach (var (action, bytes) in ActionExecutorTest.Run(frame, actions))
        {
            FlowKeyReader.Read(bytes, original.InPort, out var key);
            var index = left.FindIndex(o => o.Port == action.Port);
            if (left[index].Key != key)
                PacketSynthesizerTest.Differences(left[index].Key, key).ShouldBeEmpty($"seed {seed}: {string.Join(' ', actions)}");
            if (FrameChecks.Fault(bytes) is { } fault)
                Assert.Fail($"seed {seed}: {fault} after {string.Join(' ', actions)}");
            left.RemoveAt(index);
        }
        left.ShouldBeEmpty($"seed {seed}");
    }

    /// <summary>What a packet becomes by the same writes.</summary>
    private static FlowKey Expected(in FlowKey original, in ObservedKey.Rewrites packet)
    {
        var key = original;
        for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
        {
            var written = packet.Written.GetAny(field);
            key.SetAny(field, original.GetAny(field) & ~written | packet.Key.GetAny(field) & written);
        }
        return key;
    }
}
