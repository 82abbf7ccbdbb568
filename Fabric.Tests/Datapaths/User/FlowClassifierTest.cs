using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;

namespace Fabric.Tests.Datapaths.User;

[TestFixture]
public sealed class FlowClassifierTest
{
    /// <summary>Against a plain list, over few keys and masks so that flows meet, while they come and go.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void It_finds_what_a_look_at_every_flow_finds(int seed)
    {
        var random = new Random(seed);
        var classifier = new FlowClassifier();
        var held = new List<DatapathFlow>();
        for (uint step = 1; step <= 5000; step++)
        {
            if (held.Count > 60 || (held.Count > 0 && random.Next(3) == 0))
            {
                var gone = held[random.Next(held.Count)];
                held.Remove(gone);
                classifier.Remove(gone.Id).ShouldNotBeNull();
            }
            else
            {
                var mask = AnyMask(random);
                var flow = new DatapathFlow(new FlowId(step), AnyKey(random).Masked(mask), mask, []);
                var isNew = !held.Exists(other => other.Mask == mask && other.Key == flow.Key);
                classifier.TryAdd(flow).ShouldBe(isNew);
                if (isNew)
                    held.Add(flow);
            }
            var packet = AnyKey(random);
            var found = classifier.Find(packet)?.Flow;
            var admitting = held.Where(flow => packet.EqualsUnder(flow.Key, flow.Mask)).ToList();
            if (admitting.Count == 0)
                found.ShouldBeNull($"seed {seed}, step {step}");
            else
                admitting.ShouldContain(found!, $"seed {seed}, step {step}");
            classifier.Count.ShouldBe(held.Count);
            classifier.Masks.ShouldBe(held.Select(flow => flow.Mask).Distinct().Count());
        }
    }

    [Test]
    public void A_lookup_allocates_nothing()
    {
        var classifier = new FlowClassifier();
        var random = new Random(1);
        var mask = FlowMask.Exact;
        for (uint i = 1; i <= 1000; i++)
            classifier.TryAdd(new DatapathFlow(new FlowId(i), new FlowKey { InPort = i }.Masked(mask), mask, []));
        var packet = new FlowKey { InPort = 500 };
        classifier.Find(packet).ShouldNotBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 1; i <= 1000; i++)
        {
            packet.InPort = i;
            classifier.Find(packet);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static FlowKey AnyKey(Random random)
    {
        var key = new FlowKey { InPort = (uint)random.Next(4), EthType = 0x0800 };
        key.Set(FlowField.EthDst, (ulong)random.Next(4));
        key.TpDst = (ushort)random.Next(4);
        return key;
    }

    private static FlowMask AnyMask(Random random)
    {
        var mask = default(FlowMask);
        if (random.Next(2) == 0)
            mask.AddWhole(FlowField.InPort);
        if (random.Next(2) == 0)
            mask.Add(FlowField.EthDst, 1);
        if (random.Next(2) == 0)
            mask.AddWhole(FlowField.TpDst);
        return mask;
    }
}
