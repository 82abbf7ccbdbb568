using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Tests.Laws;

/// <summary>A node that reads the journal from its beginning has the description, byte for byte, that the node which wrote it has.</summary>
[TestFixture]
[Category("Laws")]
[Parallelizable(ParallelScope.All)]
public sealed class ReplayEqualsLiveLaw
{
    private const int ChangesPerWorld = 40;

    [Test]
    public void Replaying_the_stored_bytes_gives_the_live_description() => LawRun.ForEachSeed(LawRun.Cases(8_000) / ChangesPerWorld, Holds);

    /// <summary>Seeds that failed once, kept for ever.</summary>
    [TestCase(0)]
    public void Known_seeds_hold(int seed) => Holds(seed).ShouldBeNull();

    private static string? Holds(int seed)
    {
        var world = new WorldGenerator(new Random(seed));
        var stored = new List<byte[]>();
        var live = TopologySnapshot.Empty;
        world.Changed += events =>
        {
            var entry = EntryOf(stored.Count + 1, events);
            live = TopologyEvolution.Apply(live, entry);
            stored.Add(FeedCodec.Encode(entry));
        };
        world.Populate();
        for (var i = 0; i < ChangesPerWorld; i++)
            world.Change();
        var replayed = TopologySnapshot.Empty;
        foreach (var bytes in stored)
        {
            if (!FeedCodec.TryDecode(bytes, out JournalEntry? entry, out var fault))
                return $"an entry cannot be read back: {fault}";
            replayed = TopologyEvolution.Apply(replayed, entry);
        }
        return FeedCodec.Encode(live).AsSpan().SequenceEqual(FeedCodec.Encode(replayed)) ? null : "the replayed description differs";
    }

    private static JournalEntry EntryOf(long position, ImmutableArray<TopologyEvent> events) =>
        new(position, DateTimeOffset.UnixEpoch, "law", "", new RequestId((UInt128)position), events);
}
