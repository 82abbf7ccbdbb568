using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Views;
using Fabric.Changes;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;
using Fabric.Tests.Connections;
using Fabric.Tests.Laws;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>A packet that is traced at a past position, with the facts that its record holds, takes the same way to the letter as it took live.</summary>
/// <remarks>Those of learning and of connections, which are not in the journal; and no others are at hand. On a journal in a file, whose snapshots are stored and thinned out as an agent does it.</remarks>
public class PastTracesTest
{
    private const int Commit = 500;

    /// <summary>Packets that come in before each trace.</summary>
    private const int Sent = 20;

    private const int Tries = 12;

    private static readonly string[] s_kinds = ["connections", "members", "neighbors", "stations"];

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
        recorded.Count(trace => Reads(trace.Report)).ShouldBeGreaterThan(traces / 5, "many rest on what is not in the journal");
        var kinds = s_kinds.Append("down").Select(kind => (kind, recorded.Count(trace => Reads(trace.Report, kind))));
        TestContext.Progress.WriteLine($"# traces that read facts of a kind: {string.Join(", ", kinds)}");
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
        var without = 0;
        foreach (var trace in recorded)
        {
            var began = Stopwatch.GetTimestamp();
            var then = (await ReplayPath.ReadStateAsync(journal, trace.Position, kept(), CancellationToken.None)).Topology;
            jumps.Add(Stopwatch.GetElapsedTime(began));
            var record = RecordedTrace.Parse(trace.Report);
            record.Position.ShouldBe(trace.Position);
            record.TraceIn(then).ToJsonString().ShouldBe(trace.Report, $"{what} to {trace.Position}");
            var bare = record with { Report = [] };
            without += bare.TraceIn(then)["trace"]!.ToJsonString() == record.Report["trace"]!.ToJsonString() ? 0 : 1;
        }
        without.ShouldBePositive("the facts matter");
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
        var world = new WorldGenerator(random, hasConnections: true);
        var packets = new PacketGenerator(random, world);
        var scratch = new SimulationScratch();
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
        var connections = new ConnectionTable(ConnectionLimits.Usual);
        while (head.Position < events)
        {
            world.LearnSomething();
            world.Change();
            if (entries.Count >= Commit)
                await StoreAsync(journal, entries, live, head, snapshotEvery);
            if (recorded.Count == traces || head.Position < (recorded.Count + 1) * (long)events / (traces + 1))
                continue;
            for (var i = 0; i < Sent && !world.ExteriorPorts.IsEmpty; i++)
                Send(world, packets, connections, scratch);
            // Of most packets all is told by what is described: those that ask for more are looked for.
            string? told = null;
            for (var i = 0; i < Tries && (told is null || !Reads(told)); i++)
                told = Trace(live, world, packets, connections) ?? told;
            if (told is not null)
                recorded.Add(new Recorded(head.Position, told));
        }
        await StoreAsync(journal, entries, live, head, snapshotEvery);
        return recorded;
    }

    /// <summary>A packet of a guest's, whose connection is remembered; the next ones may be of it, or answer it.</summary>
    private static void Send(WorldGenerator world, PacketGenerator packets, ConnectionTable connections, SimulationScratch scratch)
    {
        scratch.Connections = connections;
        Decided.About(world.Topology, world.Learned, world.Pick(world.ExteriorPorts), packets.Next(inPort: 7), scratch);
        connections.Remember(scratch);
    }

    /// <summary>Traces any packet in the network as it is stored; null for one that cannot be written, which would be the same at any position.</summary>
    private static string? Trace(TopologySnapshot live, WorldGenerator world, PacketGenerator packets, ConnectionTable connections)
    {
        if (world.ExteriorPorts.IsEmpty)
            return null;
        var ingress = live.Ports[world.Pick(world.ExteriorPorts)];
        var packet = PacketNotation.Format(packets.Next(inPort: 7), $"{ingress.Name}");
        var trace = TraceView.Of(live, world.Learned, connections, packet).ToJsonString();
        return trace.Contains("\"error\":", StringComparison.Ordinal) ? null : trace;
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

    private static bool Reads(string report) => s_kinds.Any(kind => Reads(report, kind));

    private static bool Reads(string report, string kind) => report.Contains($"\"{kind}\":[", StringComparison.Ordinal);

    /// <summary>A trace as it was told, with the facts that it read.</summary>
    private sealed record Recorded(long Position, string Report);
}
