using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Hive;

/// <summary>What every hive must do, whatever it is made of; a fixture per kind names its testbed.</summary>
[CancelAfter(300_000)]
public abstract partial class HiveConformance
{
    private HiveTestbed? _testbed;

    private protected HiveTestbed Testbed => _testbed!;

    private protected abstract HiveTestbed NewTestbed();

    [SetUp]
    public void SetUp() => _testbed = NewTestbed();

    [TearDown]
    public async Task TearDown()
    {
        // There is none where the database cannot be had.
        if (_testbed is not null)
            await _testbed.DisposeAsync();
        _testbed = null;
    }

    private protected static async Task<SubmitResult.Accepted> AcceptAsync(IHive hive, TopologyCommand command, string author = "ana")
    {
        var result = await hive.SubmitAsync(Wishes.From(author, command));
        return result.ShouldBeOfType<SubmitResult.Accepted>(result.ToString());
    }

    /// <summary>The next items of a feed.</summary>
    private static async Task<List<FeedItem>> TakeAsync(IHive hive, long after, int count, EntryHash? hash, CancellationToken cancellation)
    {
        var items = new List<FeedItem>();
        await foreach (var item in hive.FeedAsync(after, hash, cancellation))
        {
            items.Add(item);
            if (items.Count == count)
                break;
        }
        return items;
    }

    private protected static async Task ReachAsync(IHive hive, long position, CancellationToken cancellation)
    {
        if (hive.Replica.Topology.Position < position)
            await TakeAsync(hive, position - 1, 1, null, cancellation);
    }

    private static ImmutableArray<long> Positions(IEnumerable<FeedItem> items) => [.. items.Select(item => item.Head.Position)];

    private static ImmutableArray<long> Range(long first, long last) =>
        [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => first + i)];
}
