using Fabric.Agent.FlowTable;
using Fabric.Flows;

namespace Fabric.Tests.FlowTable;

[TestFixture]
public sealed class SampleIndexTest
{
    /// <summary>The index agrees with a dictionary while flows come, replace each other and go, across its growth.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void It_finds_what_a_dictionary_finds(int seed)
    {
        var random = new Random(seed);
        var table = new Fabric.Agent.FlowTable.FlowTable();
        var index = new SampleIndex();
        var model = new Dictionary<FlowKey, FlowRecord>();
        var all = new List<FlowRecord>();
        for (uint step = 1; step < 20_000; step++)
        {
            var isGrowing = step % 10_000 < 6_000;
            if (all.Count == 0 || random.Next(10) < (isGrowing ? 7 : 3))
            {
                var record = Flows.Record(table, (uint)random.Next(3_000));
                index.Set(record);
                model[record.Sample] = record;
                all.Add(record);
            }
            else
            {
                var at = random.Next(all.Count);
                var record = all[at];
                all[at] = all[^1];
                all.RemoveAt(all.Count - 1);
                index.Remove(record);
                if (model.GetValueOrDefault(record.Sample) == record)
                    model.Remove(record.Sample);
            }
            var asked = new FlowKey { InPort = (uint)random.Next(3_000) };
            index.Find(asked).ShouldBe(model.GetValueOrDefault(asked), $"seed {seed}, step {step}");
        }
    }
}
