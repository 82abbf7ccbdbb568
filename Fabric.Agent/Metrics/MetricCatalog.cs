using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Metrics;

/// <summary>All metrics of an agent; docs/metrics.md is made of them.</summary>
/// <remarks>None has a value a flow, a connection or an address: what a host's series cost must not depend on its traffic.</remarks>
internal static class MetricCatalog
{
    private const double MillisecondsPerSecond = 1000;

    private static readonly string[] s_tunnelStates = ["up", "idle", "degraded", "black-hole", "down"];

    /// <summary>The metrics, in the order in which they are written.</summary>
    public static ImmutableArray<Metric> All { get; } =
    [
        new("fabric_build_info", MetricKind.Gauge, "Always 1; which version runs, on which datapath.", ["version", "datapath"], Build),
        .. Ports(),
        new(
            "fabric_drops_total",
            MetricKind.Counter,
            "Packets dropped, by reason as docs/drop-reasons.md names them; those of flows come every two seconds.",
            ["reason"],
            source => Fields(source.Status["drops"])
        ),
        .. Flows(),
        .. Hive(),
        .. Tunnels(),
        .. Rest(),
        new(
            "fabric_datapath",
            MetricKind.Gauge,
            "Figures of the datapath itself, as `fabric status` names them; docs/kernel-datapath.md.",
            ["figure"],
            Figures
        ),
    ];

    private static IEnumerable<Metric> Ports() =>
        [
            Port("fabric_port_receive_packets_total", "Packets that came in from the port's station.", "rx_packets"),
            Port("fabric_port_receive_bytes_total", "Bytes that came in from the port's station.", "rx_bytes"),
            Port("fabric_port_receive_missed_total", "Packets from the station that were lost before anybody read them.", "rx_missed"),
            Port("fabric_port_transmit_packets_total", "Packets that went out to the port's station.", "tx_packets"),
            Port("fabric_port_transmit_bytes_total", "Bytes that went out to the port's station.", "tx_bytes"),
            Port("fabric_port_transmit_dropped_total", "Packets that the port's interface did not take.", "tx_dropped"),
        ];

    private static IEnumerable<Metric> Flows() =>
        [
            Gauge("fabric_flows", "Flows that are installed.", "flows"),
            Gauge("fabric_flow_limit", "Flows that may be installed.", "flow_limit"),
            Gauge("fabric_flows_waiting", "Flows that wait to be decided again after a change.", "flows_waiting"),
            Counter("fabric_upcalls_total", "Packets that no flow stood for.", "upcalls"),
            new(
                "fabric_flow_setup_seconds",
                MetricKind.Histogram,
                "How long packets that no flow stood for waited for their decision, from when the agent had them until their flows were with the datapath.",
                [],
                FlowSetup
            ),
            Counter("fabric_simulations_total", "Packets that were decided.", "simulations"),
            Counter("fabric_flows_installed_total", "Flows that were made.", "flows_installed"),
            Counter("fabric_flows_revalidated_total", "Flows that were decided again since something changed.", "flows_revalidated"),
            Counter("fabric_flows_expired_total", "Flows that ended idle.", "flows_expired"),
            Counter("fabric_flows_failed_total", "Flows that the datapath refused.", "flows_failed"),
            Counter(
                "fabric_flows_not_installed_total",
                "Decisions that no flow was made for, the table being full.",
                "flows_not_installed_full"
            ),
            Counter(
                "fabric_revalidation_surprises_total",
                "Flows found wrong that nothing had touched; must stay 0.",
                "revalidation_surprise"
            ),
            Gauge("fabric_packets_parked", "Packets that wait for a fact.", "packets_parked"),
            Counter("fabric_packets_given_up_total", "Packets for which no fact came.", "packets_given_up"),
            Counter(
                "fabric_fragmented_forgotten_total",
                "Fragmented packets forgotten before their time, for want of room.",
                "fragmented_forgotten"
            ),
            Counter("fabric_frames_emitted_total", "Frames that the network made: answers and questions.", "frames_emitted"),
            Counter("fabric_frames_suppressed_total", "Frames that the network did not make because of a limit.", "frames_suppressed"),
        ];

    private static IEnumerable<Metric> Hive() =>
        [
            Gauge("fabric_journal_position", "The journal's position that the agent knows.", "position"),
            Gauge("fabric_in_force_position", "The position that the agent's packets are decided by.", "in_force"),
            new(
                "fabric_journal_up",
                MetricKind.Gauge,
                "1 if the journal can be used, else 0.",
                [],
                source => [new([], (string?)source.Status["journal"] == "ok" ? 1 : 0)]
            ),
            new(
                "fabric_journal_lag_events",
                MetricKind.Gauge,
                "Entries of the journal that a member is behind this agent.",
                ["member"],
                source =>
                    Items(source.Status["members"])
                        .Where(member => member["lag"] is not null)
                        .Select(member => new MetricSample([Text(member, "name")], Number(member["lag"])))
            ),
            new("fabric_members", MetricKind.Gauge, "Hosts that take part, by state and roles.", ["state", "role"], Members),
            new(
                "fabric_problems",
                MetricKind.Gauge,
                "Things that are wrong at this host; `fabric status` and the page Alarms tell which.",
                [],
                source => [new([], (source.Status["problems"] as JsonArray ?? []).Count)]
            ),
        ];

    private static IEnumerable<Metric> Tunnels() =>
        [
            new(
                "fabric_tunnel_state",
                MetricKind.Gauge,
                "1 for the state that the way to another host is in, else 0.",
                ["peer", "state"],
                TunnelStates
            ),
            new(
                "fabric_tunnel_round_trip_seconds",
                MetricKind.Gauge,
                "The round trip to another host, smoothed.",
                ["peer"],
                source =>
                    Items(source.Status["tunnels"])
                        .Where(tunnel => tunnel["rtt_ms"] is not null)
                        .Select(tunnel => new MetricSample([Text(tunnel, "host")], Number(tunnel["rtt_ms"]) / MillisecondsPerSecond))
            ),
            Counter("fabric_tunnel_echoes_total", "Echoes sent to find out whether tunnels work.", "tunnel_echoes"),
        ];

    private static IEnumerable<Metric> Rest() =>
        [
            Counter("fabric_peer_messages_sent_total", "Messages to agents of other hosts.", "peer_messages_sent"),
            Counter("fabric_peer_messages_heard_total", "Messages from agents of other hosts.", "peer_messages_heard"),
            new(
                "fabric_peer_drops_total",
                MetricKind.Counter,
                "Messages between agents that were dropped.",
                ["reason"],
                source => Fields(source.Status["peer_drops"])
            ),
            Gauge("fabric_learned_macs", "MAC addresses that are learned, of this host and of others.", "learned_macs"),
            Gauge("fabric_learned_neighbors", "Neighbors that are learned, of this host and of others.", "learned_neighbors"),
            Counter("fabric_learned_refused_total", "Learned facts that found a table full.", "learned_refused"),
            Gauge("fabric_connections", "Connections that are remembered.", "connections"),
            Gauge("fabric_connections_half_open", "Connections that are not established yet.", "connections_half_open"),
            Gauge("fabric_connections_bytes", "Memory that the connections take.", "connections_bytes"),
            Counter("fabric_connections_expired_total", "Connections that ended in silence.", "connections_expired"),
            Counter("fabric_connections_evicted_total", "Connections that made room for others.", "connections_evicted"),
            Gauge(
                "fabric_connections_of_others",
                "Connections that other hosts have told of, as answers may come in here.",
                "connections_of_others"
            ),
            Counter("fabric_connections_told_total", "Connections told to other hosts, each time and each host.", "connections_told"),
            Counter("fabric_connections_heard_total", "Connections that other hosts have told of, each time.", "connections_heard"),
            Counter("fabric_connections_refused_total", "Connections that found no room.", "connections_refused"),
            Gauge("fabric_checked_members", "Members of pools that this host checks.", "checked_members"),
            new(
                "fabric_checks_total",
                MetricKind.Counter,
                "Checks of members by this host, by what came of them.",
                ["reason"],
                source => Fields(source.Status["checks"])
            ),
            Gauge("fabric_members_down", "Members of pools that are down by the checks of any host.", "members_down"),
            Gauge("fabric_ports_attached", "Ports that are attached at this host.", "attached_ports"),
            Gauge("fabric_ports", "Ports of the whole network.", "ports"),
            Gauge("fabric_bridges", "Bridges of the whole network.", "bridges"),
            Gauge("fabric_routers", "Routers of the whole network.", "routers"),
        ];

    private static Metric Counter(string name, string help, string key) =>
        new(name, MetricKind.Counter, help, [], source => Value(source, key));

    private static Metric Gauge(string name, string help, string key) =>
        new(name, MetricKind.Gauge, help, [], source => Value(source, key));

    private static Metric Port(string name, string help, string key) =>
        new(
            name,
            MetricKind.Counter,
            help,
            ["device", "port"],
            source =>
                source
                    .Ports.OfType<JsonObject>()
                    .Select(port => new MetricSample([Text(port, "device"), Text(port, "port")], Number(port[key])))
        );

    private static IEnumerable<MetricSample> Value(MetricSource source, string key) =>
        source.Status[key] is { } value ? [new([], Number(value))] : [];

    private static IEnumerable<MetricSample> Build(MetricSource source) =>
        [new([Text(source.Status, "version"), Text(source.Status, "datapath")], 1)];

    private static IEnumerable<MetricSample> Fields(JsonNode? node) =>
        (node as JsonObject ?? []).Select(field => new MetricSample([field.Key], Number(field.Value)));

    private static IEnumerable<MetricSample> FlowSetup(MetricSource source)
    {
        if (source.Status["flow_setup"] is not JsonObject setup)
            yield break;
        foreach (var (most, count) in setup["at_most_s"] as JsonObject ?? [])
            yield return new([], Number(count)) { Suffix = "_bucket", AtMost = most };
        yield return new([], Number(setup["count"])) { Suffix = "_bucket", AtMost = "+Inf" };
        yield return new([], Number(setup["sum_s"])) { Suffix = "_sum" };
        yield return new([], Number(setup["count"])) { Suffix = "_count" };
    }

    private static IEnumerable<MetricSample> Members(MetricSource source) =>
        Items(source.Status["members"])
            .GroupBy(member => (State: Text(member, "state"), Roles: Text(member, "roles")))
            .Select(group => new MetricSample([group.Key.State, group.Key.Roles], group.Count()));

    private static IEnumerable<MetricSample> TunnelStates(MetricSource source) =>
        from tunnel in Items(source.Status["tunnels"])
        from state in s_tunnelStates
        select new MetricSample([Text(tunnel, "host"), state], Text(tunnel, "state") == state ? 1 : 0);

    private static IEnumerable<MetricSample> Figures(MetricSource source)
    {
        const string prefix = "datapath_";
        return source
            .Status.Where(field => field.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(field => new MetricSample([field.Key[prefix.Length..]], Number(field.Value)));
    }

    private static IEnumerable<JsonObject> Items(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    private static string Text(JsonObject item, string key) =>
        item[key] switch
        {
            null => "",
            JsonArray list => string.Join(',', list.Select(part => $"{part}")),
            var value => $"{value}",
        };

    private static double Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : 0;
}
