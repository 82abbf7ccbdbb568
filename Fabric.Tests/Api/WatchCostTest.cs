using System.Globalization;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Tests.Live;

namespace Fabric.Tests.Api;

/// <summary>D11: what it costs an agent that somebody looks; in processor time, by the kernel's count. That nobody looks costs nothing: PulseLoopTest.</summary>
/// <remarks>`./build.sh test --filter TestCategory=Cost`; four minutes. The figures stand in docs/performance.md.</remarks>
[Category("Cost")]
[Explicit("four minutes")]
[CancelAfter(600_000)]
public class WatchCostTest : LiveTest
{
    private const int Viewers = 20;
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan s_span = TimeSpan.FromSeconds(60);

    [Test]
    public async Task TwentyPagesThatLookCostLittle(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-cost-");
        var socket = Path.Combine(folder.FullName, "agent.sock");
        string[] words =
        [
            .. (string[])["agent", "--socket", socket, "--journal", Path.Combine(folder.FullName, "journal.db"), "--host", "h1"],
            .. (string[])["--datapath", "user", "--state", Path.Combine(folder.FullName, "state")],
        ];
        var process = DaemonHost.Start(Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"), words, Path.Combine(folder.FullName, "log"));
        try
        {
            while (!await AnswersAsync(socket))
                await Task.Delay(100, cancellation);
            // What the start still compiles is neither the agent's by itself nor of looking.
            await Task.Delay(s_span, cancellation);
            var alone = await ShareAsync(process.Id, cancellation);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var viewers = Enumerable.Range(0, Viewers).Select(_ => ViewAsync(socket, end.Token)).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(10), cancellation);
            var watched = await ShareAsync(process.Id, cancellation);
            await end.CancelAsync();
            var heard = await Task.WhenAll(viewers);

            TestContext.Progress.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"# nobody: {alone:0.00} % of a processor; {Viewers} front pages: {watched:0.00} %, {heard.Min()} pulses at least to each"
                )
            );
            heard.Min().ShouldBeGreaterThan(30);
            // What the agent takes alone is its own: it forwards, renews its lease and beats.
            (watched - alone).ShouldBeLessThan(5);
        }
        finally
        {
            DaemonHost.Stop(process);
            folder.Delete(recursive: true);
        }
    }

    /// <summary>As the front page does: the pulse, and every two seconds what was dropped anywhere.</summary>
    private static async Task<int> ViewAsync(string socket, CancellationToken end)
    {
        using var client = new SocketClient(socket);
        var pulses = 0;
        try
        {
            using var answer = await client.SendAsync(HttpMethod.Get, "/v1/watch");
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(end));
            while (await reader.ReadLineAsync(end) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal) && ++pulses % 2 == 0)
                    await client.GetAsync("/v1/drops?host=all");
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        return pulses;
    }

    /// <summary>The share of one processor that a process takes, in percent.</summary>
    private static async Task<double> ShareAsync(int process, CancellationToken cancellation)
    {
        var before = TicksOf(process);
        await Task.Delay(s_span, cancellation);
        return (TicksOf(process) - before) / TicksPerSecond / s_span.TotalSeconds * 100;
    }

    // proc(5): utime and stime are the fields 14 and 15, and the name before them may hold blanks.
    private static long TicksOf(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static async Task<bool> AnswersAsync(string socket)
    {
        try
        {
            await using var session = AgentSession.Open(socket);
            return File.Exists(socket) && await session.StatusAsync(CancellationToken.None) is not null;
        }
        catch (FabricException)
        {
            return false;
        }
    }
}
