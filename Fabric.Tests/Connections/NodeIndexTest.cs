using Fabric.Connections;

namespace Fabric.Tests.Connections;

/// <summary>The index of connections against lists, over random additions and removals.</summary>
public class NodeIndexTest
{
    /// <param name="hashes">Different hashes: few, so that many numbers have one and buckets take several lines, or many.</param>
    /// <param name="most">Numbers that are in it at most.</param>
    [TestCase(1, 40)]
    [TestCase(5, 200)]
    [TestCase(300, 500)]
    [TestCase(1_000_000, 3000)]
    public void FindsWhatListsFind(int hashes, int most)
    {
        var random = new Random(hashes);
        var index = new NodeIndex();
        var lists = new Dictionary<uint, List<int>>();
        var all = new List<(uint Hash, int Number)>();
        // Hashes that differ in high bits alone are in one bucket.
        var values = Enumerable.Range(0, hashes).Select(i => (uint)random.NextInt64() << random.Next(3) * 10).ToArray();
        for (var step = 0; step < 20_000; step++)
        {
            var hash = values[random.Next(hashes)];
            // Fills, empties, fills again.
            if (all.Count == 0 || random.Next(10) < (all.Count < most && step / 4000 % 2 == 0 ? 7 : 4))
            {
                index.Add(hash, step);
                all.Add((hash, step));
                if (!lists.TryGetValue(hash, out var list))
                    lists.Add(hash, list = []);
                list.Add(step);
            }
            else
            {
                var place = random.Next(all.Count);
                var (gone, number) = all[place];
                all[place] = all[^1];
                all.RemoveAt(all.Count - 1);
                index.Remove(gone, number);
                lists[gone].Remove(number);
            }
            NumbersOf(index, hash).ShouldBe(lists.GetValueOrDefault(hash, []), $"step {step}");
        }
        foreach (var (hash, list) in lists)
            NumbersOf(index, hash).ShouldBe(list);
    }

    [Test]
    public void GrowsInProportion()
    {
        var index = new NodeIndex();
        var random = new Random(1);
        for (var number = 0; number < 200_000; number++)
            index.Add((uint)random.NextInt64(), number);
        // A line of 64 bytes for four, and some that go on in another.
        index.Bytes.ShouldBeLessThan(200_000 * 18);
    }

    private static List<int> NumbersOf(NodeIndex index, uint hash)
    {
        var numbers = new List<int>();
        for (var walk = index.Of(hash); walk.MoveNext(); )
            numbers.Add(walk.Current);
        return numbers;
    }
}
