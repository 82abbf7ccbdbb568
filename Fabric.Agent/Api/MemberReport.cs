using System.Text.Json.Nodes;
using Fabric.Devices;
using Fabric.Topology.Feed;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of the members of the hive, as JSON.</summary>
internal static class MemberReport
{
    /// <summary>The members, in the order of their names.</summary>
    /// <param name="view">The members.</param>
    /// <param name="head">The farthest position that any of them has told of.</param>
    public static JsonArray Of(MemberView view, long head) =>
        [.. view.Members.OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => (JsonNode)Of(member, head))];

    /// <summary>The farthest position that any host has told of: an agent that is behind knows it by that.</summary>
    /// <param name="view">The members.</param>
    /// <param name="own">The position that this agent has reached.</param>
    public static long HeadOf(MemberView view, long own) => view.Members.Select(member => member.Position).Append(own).Max();

    /// <summary>Whom the agent follows and feeds; null where agents do not talk.</summary>
    public static JsonObject? Of(RelayView? relay, TopologySnapshot topology) =>
        relay is null
            ? null
            : new JsonObject
            {
                ["follows"] = relay.Source is { } source ? topology.Hosts.GetValueOrDefault(source)?.Name.Name : null,
                ["followers"] = relay.Followers,
                ["nodes"] = relay.Reach.Nodes,
                ["position"] = relay.Reach.Position,
                ["in_force"] = relay.Reach.InForce,
            };

    /// <summary>What was dropped of messages between agents, by reason; reasons that did not come up are missing.</summary>
    public static JsonObject DropsOf(PeerCounters? counters)
    {
        var drops = new JsonObject();
        foreach (var reason in Enum.GetValues<PeerDrop>())
        {
            if (counters?.DropsOf(reason) is > 0 and var count)
                drops[reason.ToString()] = count;
        }
        return drops;
    }

    private static JsonObject Of(Member member, long head) =>
        new()
        {
            ["name"] = member.Name,
            ["state"] = member.State.ToString().ToLowerInvariant(),
            ["roles"] = RoleNames.Of(member.Roles),
            ["position"] = member.Position,
            ["in_force"] = member.InForce,
            // Of one that nobody has heard of yet nothing is known.
            ["lag"] = member.HeardAgo is null && member.LeaseAge is null ? null : Math.Max(0, head - member.Position),
            ["heard_s"] = Seconds(member.HeardAgo),
            ["lease_s"] = Seconds(member.LeaseAge),
        };

    private static JsonNode? Seconds(TimeSpan? span) => span is { } known ? Math.Round(known.TotalSeconds, 1) : null;
}
