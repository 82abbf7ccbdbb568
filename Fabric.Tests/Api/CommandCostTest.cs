using System.Diagnostics;
using System.Globalization;
using Fabric.Agent.Host;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Api;

/// <summary>C1: how long somebody waits for a command, its process's start included.</summary>
/// <remarks>`./build.sh test --filter TestCategory=Cost`. The figures stand in docs/performance.md.</remarks>
[Category("Cost")]
[Explicit("prints times")]
[CancelAfter(300_000)]
public class CommandCostTest
{
    private const int Rounds = 21;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [TestCase("status")]
    [TestCase("show", "ports")]
    [TestCase("trace", "in_port=lab/p1,icmp,nw_dst=10.0.0.2")]
    public async Task ACommandAnswers(params string[] words)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-command-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "journal.db"));
            (await agent.AskAsync("apply -f -", Description)).Exit.ShouldBe(0);
            var program = Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");
            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var began = Stopwatch.GetTimestamp();
                var told = HostProcess.Run(s_patience, null, program, [.. words, "--socket", agent.Socket]);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                told.ExitCode.ShouldBe(0, told.Error);
            }
            times.Sort();
            TestContext.Progress.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"# fabric {words[0]}: {times[Rounds / 2]:0} ms, the shortest {times[0]:0} ms, the longest {times[^1]:0} ms"
                )
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private const string Description = """
        fabric: v1
        hosts: { h1: {} }
        tenants:
          lab:
            bridges: { net: {} }
            ports:
              p1: { on: net, host: h1, ip: 10.0.0.1 }
              p2: { on: net, host: h1, ip: 10.0.0.2 }
        """;
}
