using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Health;

/// <summary>What is looked at of the agent, from its status.</summary>
internal static class AgentChecks
{
    private const int LeastTunnelMtu = 1280; // RFC 8200, section 5
    private const double FullShare = 0.9;
    private const int MaxNamed = 3;
    private const int MaxLag = 1000;

    /// <summary>The checks.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new(
            "agent: answers",
            "`sudo systemctl start fabric`, or `sudo fabric agent`; another socket is named by --socket.",
            facts =>
                facts.Status is null
                    ? (CheckResult.Failed, facts.AgentFailure ?? "no answer")
                    : (CheckResult.Ok, $"host {facts.Status["host"]}")
        ),
        new(
            "agent: version",
            "Install one version for command and agent, and start the agent anew; flows stand meanwhile.",
            facts =>
                Ask(
                    facts,
                    status => $"{status["version"]}" == facts.Version,
                    CheckResult.Warning,
                    status => $"agent {status["version"]}, command {facts.Version}"
                )
        ),
        new(
            "agent: datapath",
            "Start the agent with --datapath user or kernel; without one it decides nothing.",
            facts =>
                Ask(
                    facts,
                    status => Text(status, "datapath") is not ("none" or "memory"),
                    CheckResult.Warning,
                    status => Text(status, "datapath")
                )
        ),
        Words("journal", "Bring the database back, or free its disk; packets are forwarded all the same.", "journal", CheckResult.Failed),
        Words(
            "own copy",
            "Free the disk that the agent's state folder is on; without a copy it cannot start while the journal is away.",
            "copy",
            CheckResult.Warning
        ),
        Words(
            "snapshots",
            "See that the agent may write to the journal's database; starts get slower without.",
            "snapshots",
            CheckResult.Warning
        ),
        new(
            "agent: collector",
            "See that the address of --otlp is right, that the collector runs and that this host reaches it; metrics are also at /metrics.",
            facts =>
                Ask(
                    facts,
                    status => status["otlp"] is null || Text(status, "otlp") == "ok",
                    CheckResult.Warning,
                    status => status["otlp"] is { } told ? $"{told}" : "none is told"
                )
        ),
        new(
            "agent: last alarm",
            "Read the agent's log at that time: `journalctl -u fabric`.",
            facts =>
                Ask(
                    facts,
                    status => status["alarm"] is null,
                    CheckResult.Warning,
                    status => status["alarm"] is { } alarm ? $"{alarm}" : "none"
                )
        ),
        Named(
            "ports",
            "Make the interface that the port is bound to, or bind the port to another.",
            "problems",
            item => $"{item}",
            _ => true,
            CheckResult.Failed
        ),
        Equal(
            "in force",
            "Wait; if it stays so, look at `flows_waiting` of `fabric status`: the datapath may be slow to answer.",
            "in_force",
            "position"
        ),
        Zero(
            "decisions",
            "Please report it with the agent's log: a flow was found wrong that nothing had touched.",
            "revalidation_surprise",
            CheckResult.Failed
        ),
        Zero("flows refused", "`fabric status` tells in last_refusal what the datapath said.", "flows_failed", CheckResult.Warning),
        new(
            "agent: flow table",
            "Raise --flow-limit of the agent, or find the port that makes so many: `fabric flows`, `fabric top`.",
            facts =>
                Ask(
                    facts,
                    status => Number(status, "flows") < FullShare * Number(status, "flow_limit"),
                    CheckResult.Warning,
                    status => $"{status["flows"]} of {status["flow_limit"]}"
                )
        ),
        Zero(
            "flows not made",
            "Raise --flow-limit of the agent: packets were decided one by one since the table was full.",
            "flows_not_installed_full",
            CheckResult.Warning
        ),
        Zero(
            "lost upcalls",
            "Raise --upcall-threads of the agent, or find the port that sends so much: `fabric top`.",
            "datapath_upcalls_lost",
            CheckResult.Warning
        ),
        Zero(
            "learned facts",
            "Find the port behind which so many addresses are: `fabric top`; a table of learned facts was full.",
            "learned_refused",
            CheckResult.Warning
        ),
        Zero("connections", "Find who opens so many: `fabric connections --count`.", "connections_refused", CheckResult.Warning),
        Zero(
            "frames suppressed",
            "Find the station that asks so much: `fabric drops`, `fabric top`; answers of the network have a limit.",
            "frames_suppressed",
            CheckResult.Warning
        ),
        Named(
            "hive: members",
            "At that host: `systemctl status fabric` and the agent's log. If it is gone for good, delete it from the description.",
            "members",
            item => $"{item["name"]} is {item["state"]}",
            item => Text(item, "state") == "unreachable",
            CheckResult.Failed
        ),
        Named(
            "hive: lag",
            "See at that host whether it reaches the database or the host that it follows: `fabric status`.",
            "members",
            item => $"{item["name"]} is {item["lag"]} entries behind",
            item => Number(item, "lag") > MaxLag,
            CheckResult.Warning
        ),
        new(
            "hive: messages",
            "Give all hosts one hive key and clocks that agree, and let their peer port pass the firewall; `fabric status` counts by reason.",
            facts =>
                Ask(
                    facts,
                    status => (status["peer_drops"] as JsonObject ?? []).Count == 0,
                    CheckResult.Warning,
                    status =>
                        status["peer_drops"] is JsonObject { Count: > 0 } drops
                            ? string.Join(", ", drops.Select(drop => $"{drop.Value} {drop.Key}"))
                            : "none dropped"
                )
        ),
        Named(
            "tunnels: state",
            "`ping` the underlay address of that host, and let UDP 4789 pass between the hosts.",
            "tunnels",
            item => $"{item["host"]} is {item["state"]}",
            item => Text(item, "state") is "down" or "degraded",
            CheckResult.Failed
        ),
        Named(
            "tunnels: long packets",
            "Raise the MTU of the links between the hosts, or lower that of this host's underlay interface.",
            "tunnels",
            item => $"{item["host"]} takes short packets only",
            item => Text(item, "state") == "black-hole",
            CheckResult.Failed
        ),
        new(
            "tunnels: MTU",
            "Raise the MTU of the underlay interface: tunnels take 50 bytes of it (70 on IPv6), and guests need 1280 for IPv6.",
            facts =>
                Ask(
                    facts,
                    status => status["tunnel_mtu"] is null || Number(status, "tunnel_mtu") >= LeastTunnelMtu,
                    CheckResult.Warning,
                    status => status["tunnel_mtu"] is { } mtu ? $"{mtu} bytes" : "no tunnel"
                )
        ),
    ];

    private static Check Words(string what, string fix, string key, CheckResult otherwise) =>
        new($"agent: {what}", fix, facts => Ask(facts, status => Text(status, key) == "ok", otherwise, status => Text(status, key)));

    private static Check Zero(string what, string fix, string key, CheckResult otherwise) =>
        new(
            $"agent: {what}",
            fix,
            facts => Ask(facts, status => Number(status, key) == 0, otherwise, status => $"{key} {Number(status, key)}")
        );

    private static Check Equal(string what, string fix, string key, string wanted) =>
        new(
            $"agent: {what}",
            fix,
            facts =>
                Ask(
                    facts,
                    status => Number(status, key) == Number(status, wanted),
                    CheckResult.Warning,
                    status => $"{status[key]} of {status[wanted]}"
                )
        );

    private static Check Named(
        string what,
        string fix,
        string key,
        Func<JsonNode, string> tell,
        Func<JsonNode, bool> isBad,
        CheckResult otherwise
    ) =>
        new(
            what.Contains(':') ? what : $"agent: {what}",
            fix,
            facts =>
            {
                var bad = (facts.Status?[key] as JsonArray ?? []).OfType<JsonNode>().Where(isBad).Select(tell).ToList();
                var rest = bad.Count > MaxNamed ? string.Create(CultureInfo.InvariantCulture, $", and {bad.Count - MaxNamed} more") : "";
                return Ask(
                    facts,
                    _ => bad.Count == 0,
                    otherwise,
                    _ => bad.Count == 0 ? "good" : string.Join("; ", bad.Take(MaxNamed)) + rest
                );
            }
        );

    private static (CheckResult Result, string Found) Ask(
        MachineFacts facts,
        Func<JsonObject, bool> isGood,
        CheckResult otherwise,
        Func<JsonObject, string> tell
    ) =>
        facts.Status is not { } status ? (CheckResult.Skipped, "no agent answers")
        : isGood(status) ? (CheckResult.Ok, tell(status))
        : (otherwise, tell(status));

    private static string Text(JsonNode item, string key) => $"{item[key]}";

    private static long Number(JsonNode item, string key) => item[key] is { } value ? (long)value : 0;
}
