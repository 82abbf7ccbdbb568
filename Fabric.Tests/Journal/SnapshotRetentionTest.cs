using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

public class SnapshotRetentionTest
{
    private const int Every = 100;

    [TestCase(1, 1)]
    [TestCase(4, 4)]
    [TestCase(8, 6)]
    [TestCase(16, 8)]
    [TestCase(1024, 20)]
    public void OfManySnapshotsFewStay(int written, int stay) => After(written).Count.ShouldBe(stay);

    [Test]
    public void TheYoungestStayAndNoneIsFurtherFromTheOneBeforeThanHalfItsAge([Range(1, 300, 13)] int written)
    {
        var numbers = After(written).Select(position => position / Every).ToList();
        var newest = numbers[^1];

        numbers
            .TakeLast(SnapshotRetention.Newest)
            .ShouldBe(Enumerable.Range(0, written + 1).Skip(1).TakeLast(SnapshotRetention.Newest).Select(i => (long)i));
        // What is before the first is read from the first entry on.
        foreach (var (earlier, later) in numbers.Prepend(0).Zip(numbers))
            (later - earlier).ShouldBeLessThanOrEqualTo(Math.Max(1, (newest - earlier) / 2));
    }

    /// <summary>The positions that are left when snapshots were written one after another, each a little past its place.</summary>
    private static SortedSet<long> After(int written)
    {
        var left = new SortedSet<long>();
        for (var number = 1; number <= written; number++)
        {
            var newest = number * Every + number % 7;
            left.Add(newest);
            left.RemoveWhere(position => !SnapshotRetention.Keeps(newest, position, Every));
        }
        return left;
    }
}
