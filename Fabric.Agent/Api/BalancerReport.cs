using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Balancing;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of balancers and the members behind them, as data.</summary>
internal static class BalancerReport
{
    /// <summary>A line for each balancer and member, ordered by their names.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="learned">How members are, as far as they are checked.</param>
    /// <param name="connections">Those that the host remembers.</param>
    public static JsonObject Of(TopologySnapshot topology, LearnedSnapshot learned, IEnumerable<Connection> connections)
    {
        var led = connections
            .Where(connection => connection.Forward.IsTranslated && connection.Phase != ConnectionPhase.Closed)
            .ToLookup(connection => (connection.Forward.Device, connection.Forward.Destination));
        var items =
            from router in topology.Routers.Values
            orderby router.Name.ToString()
            from balancer in router.Balancers.Values
            from item in ItemsOf(router, balancer, learned, [.. led[(router.Ref, balancer.Address)].Where(one => IsOf(balancer, one))])
            select (JsonNode)item;
        return new JsonObject { ["items"] = new JsonArray([.. items]) };
    }

    private static bool IsOf(Balancer balancer, Connection connection) =>
        balancer.IsFor(connection.Forward.Protocol, connection.Forward.DestinationPort);

    private static IEnumerable<JsonObject> ItemsOf(
        Router router,
        Balancer balancer,
        LearnedSnapshot learned,
        IReadOnlyCollection<Connection> connections
    )
    {
        var pool = router.Pools[balancer.Pool];
        var key = PoolKey.Of(router.Id, pool.Name);
        var health = learned.Health.GetValueOrDefault(key);
        var table = PoolTable.Of(pool, health);
        var counts = connections.CountBy(one => table.At(one.Return.Source, one.Return.SourcePort)?.Name ?? "").ToDictionary();
        var due = DueOf(pool, table);
        foreach (var member in pool.Members.Values)
        {
            var count = counts.GetValueOrDefault(member.Name);
            yield return new JsonObject
            {
                ["router"] = $"{router.Name}",
                ["balancer"] = balancer.Name,
                ["member"] = member.Name,
                ["address"] = $"{member.Address}",
                ["state"] = member.State.ToString().ToLowerInvariant(),
                ["health"] = HealthText.Of(pool, health, MemberKey.Of(key, member)),
                ["weight"] = member.Weight,
                ["connections"] = count,
                ["share"] = Percent(connections.Count == 0 ? 0 : (double)count / connections.Count),
                ["due"] = Percent(due.GetValueOrDefault(member.Name)),
                ["vip"] = $"{balancer.Address}",
                ["ports"] =
                    balancer.Ports.First == balancer.Ports.Last
                        ? $"{balancer.Ports.First}"
                        : $"{balancer.Ports.First}-{balancer.Ports.Last}",
                ["pool"] = pool.Name,
                ["method"] = MethodOf(pool.Method),
            };
        }
    }

    /// <summary>The share of new connections that each member is to have: by its entries in the table, or by its weight.</summary>
    private static Dictionary<string, double> DueOf(Pool pool, PoolTable table)
    {
        var all = table.Open.Sum(member => member.Weight);
        var shares =
            pool.Method == BalancingMethod.LeastConnections
                ? [.. table.Open.Select(member => (double)member.Weight / all)]
                : table.Shares();
        return table.Open.Zip(shares, (member, share) => KeyValuePair.Create(member.Name, share)).ToDictionary();
    }

    private static string MethodOf(BalancingMethod method) =>
        method switch
        {
            BalancingMethod.Maglev => "maglev",
            BalancingMethod.Source => "source",
            BalancingMethod.LeastConnections => "least-connections",
        };

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
