using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Views;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of the connections that packets of its host have begun, as data.</summary>
internal static class ConnectionReport
{
    /// <summary>Connections told at most; of more only the number is.</summary>
    private const int Limit = 100_000;

    /// <summary>The connections, ordered by who began them.</summary>
    public static async Task<JsonObject> OfAsync(AgentHost agent)
    {
        var all = await CopyAsync(agent);
        var topology = agent.View.Topology;
        var items = all.Take(Limit)
            .Select(one => Item(topology, one.Connection, one.Silence))
            .OrderBy(item => $"{item["connection"]}", StringComparer.Ordinal);
        return new JsonObject { ["count"] = all.Count, ["items"] = new JsonArray([.. items]) };
    }

    /// <summary>All connections, with how long they have been silent.</summary>
    public static async Task<List<(Connection Connection, TimeSpan Silence)>> CopyAsync(AgentHost agent)
    {
        // Copied under the locks of the tables, each once; text is made here.
        var all = new List<(Connection Connection, TimeSpan Silence)>();
        foreach (var shard in agent.Connections.Shards)
        {
            var copy = new List<Connection>();
            var now = TimeProvider.System.GetTimestamp();
            await Task.Run(() =>
                shard.Read(table =>
                {
                    table.CopyTo(copy);
                    return copy.Count;
                })
            );
            all.AddRange(copy.Select(connection => (connection, shard.SilenceOf(connection, now))));
        }
        return all;
    }

    /// <summary>Adds the figures of the tables to a status.</summary>
    public static void AddFigures(AgentHost agent, JsonObject status)
    {
        long Sum(Func<ConnectionTable, long> read) => agent.Connections.Shards.Sum(shard => shard.Read(read));
        status["connections"] = Sum(table => table.Count);
        status["connections_bytes"] = Sum(table => table.Bytes);
        status["connections_half_open"] = Sum(table => table.HalfOpen);
        status["connections_expired"] = Sum(table => table.Expired);
        status["connections_evicted"] = Sum(table => table.Evicted);
        status["connections_refused"] = Sum(table => table.Refused);
        status["connections_of_others"] = agent.Connections.ToldByOthers;
        status["connections_told"] = agent.Exchange?.Told ?? 0;
        status["connections_heard"] = agent.Exchange?.Taken ?? 0;
    }

    private static JsonObject Item(TopologySnapshot topology, Connection connection, TimeSpan silence)
    {
        var origin = ConnectionOrigin.Of(topology, connection);
        return new()
        {
            ["connection"] = $"{connection.Forward}",
            ["translated"] = connection.Forward.IsTranslated,
            ["rule"] = origin.Rule,
            ["nat"] = origin.Address?.ToString(),
            ["phase"] = connection.Phase.ToString().ToLowerInvariant(),
            ["port"] = topology.Ports.GetValueOrDefault(connection.Ingress)?.Name.ToString() ?? connection.Ingress.ToString(),
            ["silent"] = Seconds(silence),
            ["ends"] = Seconds(LifeOf(topology, connection) - silence),
            ["answers"] = $"{connection.Return}",
            ["at"] = NameOf(topology, connection.Forward.Device),
            ["answers_at"] = NameOf(topology, connection.Return.Device),
        };
    }

    private static TimeSpan LifeOf(TopologySnapshot topology, Connection connection) =>
        ConnectionTimers.Of(
            connection.Forward.Protocol,
            connection.Phase,
            ConnectionTimers.At(topology.Routers, connection.Forward.Device)
        );

    private static string NameOf(TopologySnapshot topology, DeviceRef device) =>
        topology.Find(device)?.Name.ToString() ?? device.Id.ToString("x16", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => Math.Max(0, time.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture) + "s";
}
