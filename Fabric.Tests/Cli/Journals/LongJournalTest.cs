using System.Diagnostics;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Hive;
using Fabric.Tests.Journal;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Cli.Journals;

/// <summary>A long journal is backed up, restored and verified in the memory of a short one.</summary>
[TestFixture]
public sealed class LongJournalTest
{
    private const int Count = 100_000;
    private const int GroupCount = 5_000;
    private const int Bridges = 32;

    /// <summary>Less than half of what the entries are as bytes alone.</summary>
    private const string HeapLimit = "0x3000000";

    private DirectoryInfo _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-long-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    [CancelAfter(300_000)]
    public async Task AHundredThousandEntriesNeedNoMoreMemoryThanAFew()
    {
        var (source, backup, target) = (Path("journal.db"), Path("backup"), Path("target.db"));
        var head = await FillAsync(source);
        new FileInfo(source).Length.ShouldBeGreaterThan(100_000_000);

        Run("backup", backup, "--journal", source).ShouldContain($"up to position {head}");
        Run("restore", backup, "--journal", target).ShouldContain($"up to position {head}");
        Run("verify", "--journal", target).ShouldContain($"up to position {head}, with 1 snapshots");
        if (!Environment.IsPrivilegedProcess)
            return;
        var database = PostgresServer.Shared.NewDatabase();
        Run("restore", backup, "--journal", database).ShouldContain($"up to position {head}");
        Run("verify", "--journal", database).ShouldContain($"up to position {head}, with 1 snapshots");
    }

    private static string Run(params string[] words)
    {
        var start = new ProcessStartInfo(System.IO.Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"), ["journal", .. words])
        {
            RedirectStandardError = true,
            Environment = { ["DOTNET_GCHeapHardLimit"] = HeapLimit },
        };
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, said);
        TestContext.Out.WriteLine($"{words[0]}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        return said;
    }

    private static async Task<JournalHead> FillAsync(string path)
    {
        await using var journal = new SqlJournal(new SqlJournalOptions(path));
        var head = JournalHead.Start;
        while (head.Position < Count)
        {
            await using var session = await journal.LockHeadAsync(CancellationToken.None);
            var group = new List<StoredEntry>(GroupCount);
            for (var i = 0; i < GroupCount; i++)
            {
                group.Add(After(head));
                head = group[^1].Head;
            }
            await session.CommitAsync([.. group]);
        }
        return head;
    }

    private static StoredEntry After(JournalHead head)
    {
        var position = head.Position + 1;
        var bridge = new Bridge { Id = new BridgeId((ulong)(position % Bridges) + 1), Name = new DeviceName("t", $"bridge{position}") };
        var time = DateTimeOffset.UnixEpoch.AddSeconds(position);
        var reason = new string('x', 1000);
        return StoredEntry.After(
            head,
            new JournalEntry(position, time, "ana", reason, Wishes.NewRequest(), [new TopologyEvent.DeviceCreated(bridge)])
        );
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);
}
