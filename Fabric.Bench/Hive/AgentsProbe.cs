using System.Diagnostics;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;
using Fabric.Bench.Results;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Bench.Hive;

/// <summary>From a command to its being in force at every host, with agents that are processes, each in a namespace of its own.</summary>
internal static class AgentsProbe
{
    private const int Warmup = 20;

    // Beside this program's own folder: artifacts/bin/PROJECT/CONFIGURATION.
    private static readonly string s_program = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../Fabric.Agent", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "fabric")
    );

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(10);

    /// <summary>Measures.</summary>
    public static async Task MeasureAsync(HiveEffort effort, HiveFigures figures, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Console.WriteLine("  skipped: not root (each host is a network namespace)");
            return;
        }
        var name = $"b{Random.Shared.Next(10_000):0000}";
        var hosts = $"{effort.Agents}";
        try
        {
            Fabric("lab", "up", "--name", name, "--hosts", hosts);
            var times = await TimeAsync($"/run/fabric/{name}/h1.sock", effort.Changes, stop);
            figures.Add(new HiveMetric($"{hosts} agents, a change in force at all of them after, p50", "ms"), Percentile.Of(times, 0.5));
            figures.Add(
                new HiveMetric($"{hosts} agents, a change in force at all of them after, p99", "ms", Goal.AtMost(50)),
                Percentile.Of(times, 0.99)
            );
        }
        finally
        {
            Fabric("lab", "down", "--name", name);
        }
    }

    private static async Task<List<double>> TimeAsync(string socket, int changes, CancellationToken stop)
    {
        await using var agent = AgentSession.Open(socket);
        var topology = await agent.TopologyAsync(stop);
        // Bridges that a router joins concern all hosts.
        var port = topology.Ports.Values.Where(port => port.Binding is not null).MinBy(port => port.Name)!;
        var times = new List<double>();
        for (var i = 0; i < Warmup + changes; i++)
        {
            var command = new TopologyCommand.PutDevice(port with { IsAdminUp = i % 2 == 1 });
            var begun = Stopwatch.GetTimestamp();
            var answer = await agent.SubmitAsync(HiveSite.Envelope(command), stop);
            var reached = await agent.ReachedAsync(answer.Position, WaitLevel.Dataplane, answer.Hosts, s_wait, stop);
            if (answer.Rejection is not null || ((JsonArray)reached["behind"]!).Count > 0)
                throw new IOException($"a change of the benchmark is not in force: {reached}");
            if (i >= Warmup)
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        return times;
    }

    private static void Fabric(params string[] words)
    {
        var result = HostProcess.Run(s_patience, null, s_program, words);
        if (result.ExitCode != 0)
            throw new IOException($"fabric {string.Join(' ', words)} ended with code {result.ExitCode}: {result.Error}");
    }
}
