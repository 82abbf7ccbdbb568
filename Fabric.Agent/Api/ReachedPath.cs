using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Topology.Membership;

namespace Fabric.Agent.Api;

/// <summary>Waits for hosts to reach a position and tells which have not.</summary>
public static class ReachedPath
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>Waits.</summary>
    /// <param name="agent">Who knows the members.</param>
    /// <param name="position">The position.</param>
    /// <param name="level">A word of <see cref="WaitLevels"/>.</param>
    /// <param name="hosts">Names with commas between; null for all that take part. A name that is none is no host's.</param>
    /// <param name="patience">How long at most.</param>
    /// <param name="cancellation">The caller has gone.</param>
    /// <returns>`hosts`, how many are waited for, and `behind`, those that have not reached it; null if the question is wrong.</returns>
    public static async Task<JsonObject?> RunAsync(
        AgentHost agent,
        long position,
        string level,
        string? hosts,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        if (!WaitLevels.TryParse(level, out var wanted) || wanted == WaitLevel.Stored || patience < TimeSpan.Zero || patience > s_longest)
            return null;
        var isInForce = wanted == WaitLevel.Dataplane;
        var membership = agent.Hive.Membership;
        var names = hosts?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var asked = membership
            .View.Members.Where(member => names?.Contains(member.Name) ?? member.State != MemberState.Left)
            .Select(member => member.Host)
            .ToHashSet();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        giveUp.CancelAfter(patience);
        try
        {
            await membership.ReachedAsync(position, isInForce, asked, giveUp.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { }
        var behind = membership
            .View.Members.Where(member => asked.Contains(member.Host) && !member.HasReached(position, isInForce))
            .OrderBy(member => member.Name, StringComparer.Ordinal);
        return new JsonObject { ["hosts"] = asked.Count, ["behind"] = new JsonArray([.. behind.Select(member => (JsonNode)Of(member))]) };
    }

    private static JsonObject Of(Member member) =>
        new()
        {
            ["name"] = member.Name,
            ["state"] = member.State.ToString().ToLowerInvariant(),
            ["position"] = member.Position,
            ["in_force"] = member.InForce,
        };
}
