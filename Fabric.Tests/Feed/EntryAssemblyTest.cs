using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Feed;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Feed;

/// <summary>Entries out of parts.</summary>
[TestFixture]
public sealed class EntryAssemblyTest
{
    [Test]
    public void In_any_order_and_doubled_the_same_entries_come_out_in_order([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var entries = Make(random, 1 + random.Next(20));
        var parts = entries.SelectMany(Cut).ToList();
        var assembly = new EntryAssembly();
        var items = ImmutableArray.CreateBuilder<FeedItem.Stored>();
        // Each round is a part of what is still to come, as after a loss; the follower says where it is and gets the rest again.
        for (var round = 0; assembly.Head != entries[^1].Head; round++)
        {
            round.ShouldBeLessThan(1000, $"seed {seed}");
            var next = parts.Where(part => part.Position > assembly.Head.Position).ToArray();
            random.Shuffle(next);
            foreach (var part in next.Take(1 + random.Next(next.Length)))
            {
                assembly.Add(part, items).ShouldNotBe(PartOutcome.Unusable);
                if (random.Next(5) == 0)
                    assembly.Add(part, items).ShouldNotBe(PartOutcome.Unusable);
            }
        }
        items.Select(item => item.Head).ShouldBe(entries.Select(entry => entry.Head));
        items.Select(item => item.Entry.Reason).ShouldBe(entries.Select(entry => entry.Entry.Reason));
        assembly.Offset.ShouldBe(0);
    }

    [Test]
    public void An_entry_of_another_past_or_an_altered_one_is_not_taken([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var entries = Make(random, 3);
        var assembly = new EntryAssembly();
        var items = ImmutableArray.CreateBuilder<FeedItem.Stored>();
        assembly.Restart(new JournalHead(0, new EntryHash(1, 2)));
        Cut(entries[0]).Select(part => assembly.Add(part, items)).ToList()[^1].ShouldBe(PartOutcome.Unusable);

        assembly.Restart(JournalHead.Start);
        var parts = Cut(entries[0]).ToList();
        var altered = random.Next(parts.Count);
        var bytes = parts[altered].Bytes.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        parts[altered] = parts[altered] with { Bytes = [.. bytes] };
        parts.Select(part => assembly.Add(part, items)).ToList()[^1].ShouldBe(PartOutcome.Unusable);
        items.ShouldBeEmpty();
        assembly.Head.ShouldBe(JournalHead.Start);
    }

    [TestCase(1, 0, 0, 1)]
    [TestCase(1, 0, -5, 1)]
    [TestCase(1, 0, int.MaxValue, 1000)]
    [TestCase(1, 7, 2000, 1000)]
    [TestCase(1, -1000, 2000, 1000)]
    [TestCase(1, 2000, 2000, 1)]
    [TestCase(1, 1000, 1500, 501)]
    [TestCase(1, 0, 1500, 999)]
    public void A_part_that_cannot_be_is_not_taken(long position, int offset, int length, int bytes)
    {
        var items = ImmutableArray.CreateBuilder<FeedItem.Stored>();
        new EntryAssembly()
            .Add(new RelayMessage.Part(position, offset, length, [.. new byte[bytes]]), items)
            .ShouldBe(PartOutcome.Unusable);
    }

    [Test]
    public void What_is_far_ahead_is_not_kept()
    {
        var items = ImmutableArray.CreateBuilder<FeedItem.Stored>();
        new EntryAssembly().Add(new RelayMessage.Part(1_000_000, 0, 10, [.. new byte[10]]), items).ShouldBe(PartOutcome.Gap);
    }

    private static List<FeedItem.Stored> Make(Random random, int count)
    {
        var (entries, head) = (new List<FeedItem.Stored>(), JournalHead.Start);
        for (var i = 0; i < count; i++)
        {
            var happened = new TopologyEvent.DeviceDeleted(new BridgeId((ulong)i + 1));
            var events = Enumerable.Repeat<TopologyEvent>(happened, 1 + (random.Next(3) == 0 ? random.Next(2000) : 0));
            var entry = new JournalEntry(
                i + 1,
                DateTimeOffset.UnixEpoch,
                "ana",
                $"{random.Next()}",
                new RequestId((ulong)i + 1),
                [.. events]
            );
            var stored = StoredEntry.After(head, entry);
            entries.Add(new FeedItem.Stored(entry, stored.Hash));
            head = stored.Head;
        }
        return entries;
    }

    private static IEnumerable<RelayMessage.Part> Cut(FeedItem.Stored item)
    {
        var bytes = FeedCodec.Encode(new FeedMessage.Entry(item.Head.Place, item.Entry));
        for (var offset = 0; offset < bytes.Length; offset += EntryAssembly.PartBytes)
        {
            var part = bytes.AsSpan(offset, Math.Min(EntryAssembly.PartBytes, bytes.Length - offset));
            yield return new RelayMessage.Part(item.Head.Position, offset, bytes.Length, [.. part]);
        }
    }
}
