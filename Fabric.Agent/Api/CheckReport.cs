using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of the members of pools that are checked.</summary>
internal static class CheckReport
{
    /// <summary>Adds how many this host checks, what came of the checks, and how many members are down by the checks of any host.</summary>
    public static void AddFigures(AgentHost agent, JsonObject status)
    {
        status["checked_members"] = agent.Checks?.Count ?? 0;
        status["checks"] = new JsonObject(
            Enum.GetValues<CheckResult>()
                .Select(result => KeyValuePair.Create(NameOf(result), (JsonNode?)agent.Checks?.Results[(int)result]))
        );
        status["members_down"] = MembersDown(agent.View.Topology, agent.View.Learned).Count();
    }

    /// <summary>The members of pools in use that should take connections and are down by their checks, by pool.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="learned">What is known of it.</param>
    public static IEnumerable<(Router Router, Pool Pool, PoolMember Member, MemberHealth Health)> MembersDown(
        TopologySnapshot topology,
        LearnedSnapshot learned
    )
    {
        foreach (var router in topology.Routers.Values)
        {
            foreach (var pool in router.Pools.Values)
            {
                var key = PoolKey.Of(router.Id, pool.Name);
                // What was found outlives the check; a pool that nobody uses serves nobody anyway.
                if (pool.Check is null || !learned.Health.TryGetValue(key, out var health) || health.IsWhole)
                    continue;
                if (router.Balancers.Values.All(balancer => balancer.Pool != pool.Name))
                    continue;
                foreach (var member in pool.Members.Values)
                {
                    // One that was taken out is not missed.
                    var isWanted = member.State == PoolMemberState.Up;
                    if (isWanted && health.Members.TryGetValue(MemberKey.Of(key, member), out var known) && !known.IsUp)
                        yield return (router, pool, member, known);
                }
            }
        }
    }

    private static string NameOf(CheckResult result) => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{result}");
}
