using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Datapaths;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Liveness;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Topology.Peers;

namespace Fabric.Agent.Api;

/// <summary>What an agent tells of itself, as JSON. docs/cli.md lists every key.</summary>
internal static class AgentReport
{
    /// <summary>How the agent is.</summary>
    public static async Task<JsonObject> StatusAsync(AgentHost agent)
    {
        var topology = agent.View.Topology;
        var problems = agent.Ports.Problems;
        var threads = await agent.OnEachThreadAsync(shard => new ThreadStatus(shard));
        var tunnels = threads.SelectMany(thread => thread.Tunnels).ToList();
        var members = agent.Hive.Membership.View;
        var head = MemberReport.HeadOf(members, topology.Position);
        long Sum(Func<PathCounters, long> counter) => threads.Sum(thread => counter(thread.Counters));
        var status = new JsonObject
        {
            ["version"] = VersionCommand.Version,
            ["host"] = topology.Hosts.GetValueOrDefault(agent.Self)?.Name.Name,
            ["datapath"] = threads[0].DatapathKind,
            ["upcall_threads"] = threads.Length,
            ["position"] = topology.Position,
            ["in_force"] = agent.InForce.Position,
            ["behind_s"] = Math.Round(agent.Lag.Of(topology.Position, head).TotalSeconds, 1),
            ["relay"] = MemberReport.Of(agent.Hive.Relay, topology),
            ["members"] = MemberReport.Of(members, head),
            ["journal"] = agent.Hive.Health.Failure ?? "ok",
            ["copy"] = agent.Hive.Health.LocalCopyFailure ?? "ok",
            ["snapshots"] = agent.Hive.Health.SnapshotFailure ?? "ok",
            ["otlp"] = agent.Telemetry is { } telemetry ? telemetry.Failure ?? "ok" : null,
            ["alarm"] = agent.Hive.Health.LastAlarm?.Message,
            ["bridges"] = topology.Bridges.Count,
            ["routers"] = topology.Routers.Count,
            ["ports"] = topology.Ports.Count,
            ["attached_ports"] = threads[0].AttachedPorts,
            ["tunnel_mtu"] = agent.Ports.TunnelMtu,
            ["tunnels"] = TunnelReport.Of(topology, agent.Self, tunnels),
            ["tunnel_echoes"] = threads.Sum(thread => thread.Echoes),
            ["tunnel_echoes_strange"] = threads.Sum(thread => thread.StrangeEchoes),
            ["problems"] = new JsonArray([
                .. problems.Select(problem => (JsonNode)$"{NameOf(topology, problem.Key)}: {problem.Value}"),
                .. TunnelReport.ProblemsOf(topology, tunnels).Select(problem => (JsonNode)problem),
                .. agent.Ports.Failure is { } failure ? [(JsonNode)failure] : Array.Empty<JsonNode>(),
            ]),
            ["flows"] = threads.Sum(thread => thread.Flows),
            ["flow_limit"] = threads.Sum(thread => thread.FlowLimit),
            ["upcalls"] = Sum(counters => counters.Upcalls),
            ["simulations"] = Sum(counters => counters.Simulations),
            ["flow_setup"] = FlowSetup([.. threads.Select(thread => thread.Counters.Setup)]),
            ["flows_installed"] = Sum(counters => counters.Installed),
            ["flows_adopted"] = Sum(counters => counters.Adopted),
            ["flows_revalidated"] = Sum(counters => counters.Revalidated),
            ["flows_kept"] = Sum(counters => counters.Kept),
            ["flows_waiting"] = threads.Sum(thread => thread.WaitingFlows),
            ["flows_expired"] = Sum(counters => counters.Expired),
            ["flows_duplicate"] = Sum(counters => counters.Duplicates),
            ["flows_failed"] = Sum(counters => counters.Failed),
            ["flows_vanished"] = Sum(counters => counters.Vanished),
            ["flows_unknown"] = Sum(counters => counters.UnknownFlows),
            ["flows_not_installed_full"] = Sum(counters => counters.NotInstalledFull),
            ["last_refusal"] = threads.Select(thread => thread.Counters.LastRefusal).FirstOrDefault(text => text is not null),
            ["revalidation_surprise"] = Sum(counters => counters.Surprises),
            ["frames_emitted"] = Sum(counters => counters.Emitted),
            ["frames_suppressed"] = Sum(counters => counters.EmissionsSuppressed),
            ["packets_parked"] = threads.Sum(thread => thread.Parked),
            ["packets_given_up"] = threads.Sum(thread => thread.GivenUp),
            ["fragmented_forgotten"] = threads.Sum(thread => thread.FragmentedForgotten),
            ["peer_messages_sent"] = (agent.Hive.Peers as PeerActor)?.Counters.Sent ?? 0,
            ["peer_messages_heard"] = (agent.Hive.Peers as PeerActor)?.Counters.Heard ?? 0,
            ["peer_drops"] = MemberReport.DropsOf((agent.Hive.Peers as PeerActor)?.Counters),
            ["learned_refused"] = agent.Hive.Learned.Refused,
            ["learned_macs"] = agent.View.Learned.Macs.Count,
            ["learned_neighbors"] = agent.View.Learned.Neighbors.Count,
            ["drops"] = TrafficReport.Drops(threads.Select(thread => (thread.Counters, thread.Traffic)).ToArray()),
        };
        ConnectionReport.AddFigures(agent, status);
        CheckReport.AddFigures(agent, status);
        // What is the datapath's one thread tells, what is a thread's each.
        foreach (
            var (name, value) in threads
                .SelectMany(thread => thread.Figures)
                .GroupBy(figure => figure.Key, figure => figure.Value, (name, values) => (name, values.Sum()))
        )
            status[$"datapath_{name}"] = value;
        return status;
    }

    /// <summary>What the ports that are attached here have carried.</summary>
    public static async Task<JsonObject> PortsAsync(AgentHost agent)
    {
        var ports = await agent.OnEachThreadAsync(shard =>
        {
            var counters = new List<PortCounters>();
            shard.Datapath.GetPortCounters(counters);
            return counters.Select(counter => Port(agent, shard.Parts, counter)).ToArray();
        });
        return new JsonObject { ["items"] = new JsonArray([.. ports.SelectMany(thread => thread)]) };
    }

    /// <summary>How long decisions took: how many, all together, and how many took so many seconds at most.</summary>
    private static JsonObject FlowSetup(LatencyHistogram[] threads)
    {
        var counts = LatencyHistogram.Bounds.Select((_, range) => threads.Sum(thread => thread.Counts[range])).ToArray();
        var most = new JsonObject();
        var sum = 0L;
        for (var range = 0; range < counts.Length; range++)
            most[LatencyHistogram.Bounds[range].ToString("0.######", CultureInfo.InvariantCulture)] = sum += counts[range];
        return new JsonObject
        {
            ["count"] = sum + threads.Sum(thread => thread.Counts[^1]),
            ["sum_s"] = Math.Round(threads.Sum(thread => thread.Sum.TotalSeconds), 6),
            ["at_most_s"] = most,
        };
    }

    private static JsonObject Port(AgentHost agent, UpcallParts parts, PortCounters counter) =>
        new()
        {
            ["port"] = parts.Ports.TryGetVirtual(counter.Port, out var port) ? NameOf(agent.View.Topology, port) : null,
            ["interface"] = counter.Interface,
            ["datapath_port"] = counter.Port,
            ["rx_packets"] = counter.ReceivedPackets,
            ["rx_bytes"] = counter.ReceivedBytes,
            ["tx_packets"] = counter.SentPackets,
            ["tx_bytes"] = counter.SentBytes,
            ["tx_dropped"] = counter.Dropped,
            ["rx_missed"] = counter.Missed,
        };

    private static string NameOf(TopologySnapshot topology, PortId port) =>
        topology.Ports.GetValueOrDefault(port)?.Name.ToString() ?? port.ToString();

    /// <summary>What one upcall thread tells of itself; made on the thread. The counters go on counting.</summary>
    private sealed class ThreadStatus(UpcallShard shard)
    {
        public string DatapathKind { get; } = shard.Datapath.Kind;

        public IReadOnlyDictionary<string, long> Figures { get; } = shard.Datapath.GetFigures();

        public PathCounters Counters { get; } = shard.Parts.Path.Counters;

        public TrafficCounters Traffic { get; } = shard.Parts.Keeper.Traffic;

        public int AttachedPorts { get; } = shard.Parts.Ports.Attached.Count;

        public IReadOnlyList<TunnelReading> Tunnels { get; } = shard.Parts.Liveness?.Read() ?? [];

        public long Echoes { get; } = shard.Parts.Liveness?.Sent ?? 0;

        public long StrangeEchoes { get; } = shard.Parts.Liveness?.Strange ?? 0;

        public int Flows { get; } = shard.Parts.Flows.Count;

        public int FlowLimit { get; } = shard.Parts.Path.FlowLimit;

        public int WaitingFlows { get; } = shard.Parts.Keeper.Waiting;

        public int Parked { get; } = shard.Parts.Effects.Parked;

        public long GivenUp { get; } = shard.Parts.Effects.GivenUp;

        public long FragmentedForgotten { get; } = shard.Parts.Effects.FragmentedForgotten;
    }
}
