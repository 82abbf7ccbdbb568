using Fabric.Addresses;
using Fabric.Agent.FlowTable;
using Fabric.Flows;

namespace Fabric.Tests.FlowTable;

[TestFixture]
public sealed class FlowTableTest
{
    [Test]
    public void A_flow_that_ended_leaves_no_trace()
    {
        var table = new Fabric.Agent.FlowTable.FlowTable();
        var tag = FlowTag.Of(FlowTagKind.Chain, 1);
        var record = Flows.Record(table, 7, tag);
        table.Admit(record);
        table.Advance(record, FlowInput.Evict);
        table.FindBySample(record.Sample).ShouldBeNull("a flow on its way out decides about no packet");
        table.Advance(record, FlowInput.Deleted);

        table.Count.ShouldBe(0);
        Hit(table, tag).ShouldBeEmpty();
    }

    [Test]
    public void A_duplicate_drops_the_record_and_its_tags()
    {
        var table = new Fabric.Agent.FlowTable.FlowTable();
        var tag = FlowTag.Of(FlowTagKind.Chain, 1);
        var record = Flows.Record(table, 7, tag);
        table.Admit(record);
        table.Advance(record, FlowInput.Duplicate);

        record.State.ShouldBe(FlowState.Ended);
        Hit(table, tag).ShouldBeEmpty();
    }

    [Test]
    public void A_kept_flow_stands_under_its_new_tags_only()
    {
        var table = new Fabric.Agent.FlowTable.FlowTable();
        var (old, young) = (FlowTag.Of(FlowTagKind.Chain, 1), FlowTag.Of(FlowTagKind.Chain, 2));
        var record = Flows.Record(table, 7, old);
        table.Admit(record);
        table.Retag(record, table.CohortOf([young], []), []);

        Hit(table, old).ShouldBeEmpty();
        Hit(table, young).ShouldBe([record]);
    }

    /// <summary>The index finds what a look at every flow finds, for exact tags and for prefixes, while flows come and go.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void The_index_agrees_with_looking_at_every_flow(int seed)
    {
        var random = new Random(seed);
        var table = new Fabric.Agent.FlowTable.FlowTable();
        var standing = new List<FlowRecord>();
        for (uint step = 0; step < 3000; step++)
        {
            if (standing.Count > 50 || (standing.Count > 0 && random.Next(3) == 0))
            {
                var gone = standing[random.Next(standing.Count)];
                standing.Remove(gone);
                table.Advance(gone, FlowInput.Deleted);
            }
            else
            {
                var record = Flows.Record(table, step + 1, [.. Enumerable.Range(0, random.Next(5)).Select(_ => AnyTag(random)).Distinct()]);
                standing.Add(record);
                table.Admit(record);
            }
            var impact = AnyTag(random);
            var expected = standing.Where(record => record.Tags.Any(tag => tag.IsHitBy(impact)));
            Hit(table, impact).ShouldBe(expected, ignoreOrder: true, $"seed {seed}, step {step}, {impact}");
        }
    }

    private static HashSet<FlowRecord> Hit(Fabric.Agent.FlowTable.FlowTable table, FlowTag impact)
    {
        var hit = new HashSet<FlowRecord>();
        table.Collect([impact], hit);
        return hit;
    }

    private static FlowTag AnyTag(Random random)
    {
        var device = (ulong)random.Next(2);
        if (random.Next(3) == 0)
            return FlowTag.Of(FlowTagKind.Chain, device);
        var address = random.Next(2) == 0 ? IpAddress.V4(0x0a00_0000u + (uint)random.Next(8)) : IpAddress.V6((UInt128)random.Next(8));
        var kind = random.Next(2) == 0 ? FlowTagKind.Destination : FlowTagKind.SetAddress;
        return FlowTag.Prefix(kind, device, new IpPrefix(address, random.Next(4) == 0 ? 0 : address.Width - random.Next(4)));
    }
}
