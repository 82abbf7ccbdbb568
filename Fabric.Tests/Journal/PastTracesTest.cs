using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Fabric.Agent.Cli.Trials;
using Fabric.Changes;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Laws;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>A packet that is traced at a past position, with what had been learned then, takes the same way to the letter as it took live.</summary>
/// <remarks>On a journal in a file, whose snapshots are stored and thinned out as an agent does it.</remarks>
public class PastTracesTest
{
    private const int Commit = 500;

    private DirectoryInfo _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-past-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [TestCase(1_000, 40, 1, 1_000)]
    [TestCase(10_000, 200, 2, 1_000, Category = "Past", Explicit = true)]
    [TestCase(100_000, 100, 3, 10_000, Category = "Past", Explicit = true)]
    public async Task TracesAreTheSameAtTheirPositions(int events, int traces, int seed, int snapshotEvery)
    {
        await using var journal = new SqlJournal(new SqlJournalOptions(Path.Combine(_folder.FullName, "journal.db")));
        var recorded = await RecordAsync(journal, events, traces, seed, snapshotEvery);

        recorded.Count.ShouldBe(traces, $"seed {seed}");
        recorded.Select(trace => trace.Report).Distinct().Count().ShouldBeGreaterThan(traces / 4, "they are not all one");
        await JumpAsync(journal, recorded, () => new PastStates(), $"{events} entries, seed {seed}: a jump");
        // To and fro, with what the jumps before have left.
        var kept = new PastStates();
        var random = new Random(seed);
        random.Shuffle(CollectionsMarshal.AsSpan(recorded));
        await JumpAsync(journal, recorded, () => kept, $"{events} entries, seed {seed}: one of many jumps");
    }

    private static async Task JumpAsync(IJournal journal, List<Recorded> recorded, Func<PastStates> kept, string what)
    {
        var jumps = new List<TimeSpan>();
        foreach (var trace in recorded)
        {
            var began = Stopwatch.GetTimestamp();
            var then = (await ReplayPath.ReadStateAsync(journal, trace.Position, kept(), CancellationToken.None)).Topology;
            jumps.Add(Stopwatch.GetElapsedTime(began));
            Trace(then, trace.Learned, trace.Packet).ShouldBe(trace.Report, $"{what} to {trace.Position}");
        }
        jumps.Sort();
        var (half, most) = (jumps[jumps.Count / 2].TotalSeconds, jumps[^1].TotalSeconds);
        TestContext.Progress.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"# {what} takes {half:0.000} s, the longest {most:0.000} s")
        );
    }

    /// <summary>Changes a random network, and traces packets in it as it is; both are kept.</summary>
    private static async Task<List<Recorded>> RecordAsync(IJournal journal, int events, int traces, int seed, int snapshotEvery)
    {
        var random = new Random(seed);
        var world = new WorldGenerator(random);
        var packets = new PacketGenerator(random, world);
        var (entries, recorded, head, live) = (new List<StoredEntry>(), new List<Recorded>(), JournalHead.Start, TopologySnapshot.Empty);
        world.Changed += changes =>
        {
            var time = DateTimeOffset.UnixEpoch.AddSeconds(head.Position);
            var entry = new JournalEntry(head.Position + 1, time, "law", "", new RequestId((UInt128)head.Position + 1), changes);
            entries.Add(StoredEntry.After(head, entry));
            head = entries[^1].Head;
            live = TopologyEvolution.Apply(live, entry);
        };
        world.Populate();
        while (head.Position < events)
        {
            world.LearnSomething();
            world.Change();
            if (entries.Count >= Commit)
                await StoreAsync(journal, entries, live, head, snapshotEvery);
            if (
                recorded.Count < traces
                && head.Position >= (recorded.Count + 1) * (long)events / (traces + 1)
                && Packet(world, packets) is { } packet
            )
                recorded.Add(new Recorded(head.Position, world.Learned, packet, Trace(world.Topology, world.Learned, packet)));
        }
        await StoreAsync(journal, entries, live, head, snapshotEvery);
        return recorded;
    }

    private static string? Packet(WorldGenerator world, PacketGenerator packets)
    {
        if (world.ExteriorPorts.IsEmpty)
            return null;
        var ingress = world.Topology.Ports[world.Pick(world.ExteriorPorts)];
        var packet = PacketNotation.Format(packets.Next(inPort: 7), $"{ingress.Name}");
        // What cannot be written as a packet would be the same at any position.
        return Trace(world.Topology, world.Learned, packet).Contains("\"error\":", StringComparison.Ordinal) ? null : packet;
    }

    private static async Task StoreAsync(
        IJournal journal,
        List<StoredEntry> entries,
        TopologySnapshot live,
        JournalHead head,
        int snapshotEvery
    )
    {
        await using (var session = await journal.LockHeadAsync(CancellationToken.None))
            await session.CommitAsync([.. entries]);
        if (head.Position / snapshotEvery != (head.Position - entries.Count) / snapshotEvery)
            await journal.WriteSnapshotAsync(
                new StoredSnapshot(head, SnapshotPayload.Encode(live)),
                position => SnapshotRetention.Keeps(head.Position, position, snapshotEvery),
                CancellationToken.None
            );
        entries.Clear();
    }

    private static string Trace(TopologySnapshot topology, LearnedSnapshot learned, string packet) =>
        TrialJson.Of(topology, learned, NoConnections.Instance, packet).ToJsonString();

    /// <summary>A trace as it was made, with the learned facts that it could read.</summary>
    private sealed record Recorded(long Position, LearnedSnapshot Learned, string Packet, string Report);
}
