using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Views;

namespace Fabric.Agent.Cli;

/// <summary>Calls that several hosts answer together.</summary>
internal static class HostsCall
{
    /// <summary>Asks.</summary>
    /// <param name="agent">The agent, which asks the others.</param>
    /// <param name="path">The call.</param>
    /// <param name="hosts">Names with commas between, or all; null for the agent's host.</param>
    /// <param name="words">Words that what is wanted holds; empty for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<JsonObject> ReadAsync(IAgentClient agent, string path, string? hosts, string words, CancellationToken cancellation)
    {
        string[] query =
        [
            .. hosts is null ? (string[])[] : [$"host={Uri.EscapeDataString(hosts)}"],
            .. words.Length == 0 ? (string[])[] : [$"q={Uri.EscapeDataString(words)}"],
        ];
        return agent.ReadAsync(
            query.Length == 0 ? path : $"{path}{(path.Contains('?') ? '&' : '?')}{string.Join('&', query)}",
            cancellation
        );
    }

    /// <summary>Names the hosts that did not answer, and how old is what is shown of them.</summary>
    public static void Note(JsonObject answer, CommandCall call)
    {
        foreach (var host in (answer["hosts"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var why = (string?)host["state"] switch
            {
                "silent" => "does not answer",
                "unreachable" => "has no agent that can be reached",
                "skipped" => "was not asked: too many at once",
                _ => null,
            };
            if (why is not null)
                call.Note($"host {host["name"]} {why}; {Shown(host["age_s"])}");
        }
    }

    private static string Shown(JsonNode? age) =>
        age is null ? "nothing of it is shown" : $"what is shown of it is {AgoText.Of(TimeSpan.FromSeconds((double)age))} old";
}
