using System.Diagnostics;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Journal;

/// <summary>A process that submits commands to a hive for ever and prints a line for each that was acknowledged.</summary>
internal static class JournalWriter
{
    private const int Writers = 3;

    /// <summary>The process itself; ends only when it is killed, or with its parent.</summary>
    public static async Task<int> RunAsync(string path, int seed)
    {
        EndWithParent();
        Console.WriteLine("started");
        await using var hive = await new SqlHiveFactory().OpenAsync(path, new HiveOptions { SnapshotEvery = 50 });
        Console.WriteLine("open");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(hive, new Random(seed + writer))));
        return 0;
    }

    /// <summary>Starts the process.</summary>
    public static Process Start(string path, int seed)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", typeof(JournalWriter).Assembly.Location, "journal-writer", path, $"{seed * Writers}" },
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        };
        return Process.Start(start)!;
    }

    /// <summary>Reads a line of the process; false when it was cut off by death.</summary>
    public static bool TryRead(string line, out RequestId request, out long position)
    {
        request = default;
        position = 0;
        var words = line.Split(' ');
        if (words is not [var id, var place, "."])
            return false;
        request = new RequestId(UInt128.Parse(id, System.Globalization.NumberStyles.HexNumber));
        position = long.Parse(place);
        return true;
    }

    // The parent holds the other end of the input; when it dies, however it dies, the input ends.
    private static void EndWithParent()
    {
        var watch = new Thread(() =>
        {
            while (Console.OpenStandardInput().ReadByte() >= 0) { }
            Environment.Exit(3);
        });
        watch.IsBackground = true;
        watch.Start();
    }

    private static async Task WriteAsync(IHive hive, Random random)
    {
        while (true)
        {
            // Few devices, so that a start stays short however long the journal; a new name each time, so that every command changes something.
            var request = new RequestId(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
            var name = new DeviceName("t", request.ToString());
            var command = new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId((ulong)random.Next(1, 33)), Name = name });
            if (await hive.SubmitAsync(new CommandEnvelope(request, "writer", "", command)) is SubmitResult.Accepted accepted)
                Console.WriteLine($"{request} {accepted.Position} .");
        }
    }
}
