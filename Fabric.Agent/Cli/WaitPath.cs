using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>Waits until a change has come as far as wanted, and tells the time it took, or where it has not.</summary>
internal static class WaitPath
{
    /// <summary>How often somebody who watches is told how far it is.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <summary>Waits, if the command line says so.</summary>
    /// <param name="option">What it says.</param>
    /// <param name="agent">The agent that took the change.</param>
    /// <param name="answer">What it answered.</param>
    /// <param name="clock">Since the change was asked for.</param>
    /// <param name="call">The command.</param>
    public static async Task<ExitCode> RunAsync(
        WaitOption option,
        IAgentClient agent,
        SubmitAnswer answer,
        WaitClock clock,
        CommandCall call
    )
    {
        if (option.LevelOf(call) is not { } level)
            return ExitCode.Ok;
        if (level == WaitLevel.Stored)
        {
            call.Note($"stored at position {answer.Position} after {clock}");
            return ExitCode.Ok;
        }
        var limit = clock.Elapsed + option.PatienceOf(call);
        using var progress = new ProgressLine(call.Terminal, TimeProvider.System, "hosts");
        while (true)
        {
            var left = limit - clock.Elapsed;
            var patience =
                left < TimeSpan.Zero ? TimeSpan.Zero
                : left < s_look ? left
                : s_look;
            var reached = await agent.ReachedAsync(answer.Position, level, answer.Hosts, patience, call.Cancellation);
            var (all, behind) = ((int)reached["hosts"]!, (JsonArray)reached["behind"]!);
            if (behind.Count == 0)
            {
                progress.Dispose();
                call.Note(all == 0 ? "no host is concerned" : $"{StandingOf(level)} at {Hosts(all)} after {clock}");
                return ExitCode.Ok;
            }
            progress.Tell(all - behind.Count, all);
            if (clock.Elapsed < limit)
                continue;
            progress.Dispose();
            call.Tell([Late(answer, level, behind, clock)]);
            return ExitCode.NotInForce;
        }
    }

    private static Problem Late(SubmitAnswer answer, WaitLevel level, JsonArray behind, WaitClock clock)
    {
        var where = behind.Select(host => $"{host!["name"]} ({host["state"]}, {WhereOf(host, level)})");
        return new Problem(
            CliErrors.NotInForce,
            $"the change is stored at position {answer.Position}, but after {clock} not {StandingOf(level)} at {Hosts(behind.Count)}"
        )
        {
            Why = string.Join(", ", where),
        };
    }

    private static string StandingOf(WaitLevel level) => level == WaitLevel.Agents ? "known" : "in force";

    private static string WhereOf(JsonNode host, WaitLevel level) =>
        level == WaitLevel.Agents ? $"at position {host["position"]}" : $"in force is position {host["in_force"]}";

    private static string Hosts(int count) => count == 1 ? "1 host" : $"{count} hosts";
}
