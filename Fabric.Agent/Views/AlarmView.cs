using System.Globalization;
using System.Text.Json.Nodes;
using Fabric.Agent.Api;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>What is wrong with the network now, as far as this node knows; each with its cause and what to do.</summary>
/// <remarks>Made of what the agent tells of itself, so that it can say nothing that `fabric status` does not.</remarks>
internal static class AlarmView
{
    /// <summary>Ports that are named one by one at most.</summary>
    public const int MaxPorts = 100;

    /// <summary>Seconds that an agent may be behind: entries are under way for less.</summary>
    public const double MaxBehindSeconds = 5;

    /// <summary>The alarms, the gravest first.</summary>
    /// <param name="status">What `GET /v1/status` answers.</param>
    /// <param name="topology">The network.</param>
    /// <param name="learned">What is known of it.</param>
    public static JsonArray Of(JsonObject status, TopologySnapshot topology, LearnedSnapshot learned)
    {
        var alarms = Members(status)
            .Concat(Tunnels(status))
            .Concat(Journal(status))
            .Concat(Ports(topology, learned))
            .Concat(Pools(topology, learned))
            .OrderBy(alarm => (string)alarm["severity"]! == "critical" ? 0 : 1);
        return new JsonArray([.. alarms]);
    }

    private static IEnumerable<JsonObject> Members(JsonObject status) =>
        from member in Items(status, "members")
        let name = (string)member["name"]!
        where (string?)member["state"] == "unreachable"
        select Alarm(
            $"member/{name}",
            "critical",
            $"the agent of host {name} does not answer",
            $"{Since(member["heard_s"], "it was last heard")}. Its datapath goes on to forward by the flows that it has; new connections there wait for the agent.",
            $"At {name}: `systemctl status fabric` and the agent's log; `fabric agent` starts it again. If the host is gone for good, delete it from the description.",
            "cluster",
            member["heard_s"]
        );

    private static IEnumerable<JsonObject> Tunnels(JsonObject status) =>
        from tunnel in Items(status, "tunnels")
        let name = (string)tunnel["host"]!
        let state = (string)tunnel["state"]!
        where state is not ("up" or "idle")
        select Alarm(
            $"tunnel/{name}",
            state == "down" ? "critical" : "warning",
            $"the tunnel to host {name} is {state}",
            state switch
            {
                "degraded" => $"{tunnel["lost"]} of the last {tunnel["of"]} echoes did not come back.",
                "black-hole" =>
                    "Packets as long as the tunnel takes do not come back, shorter ones do: some link on the way has a smaller MTU.",
                _ => "Nothing comes back from its datapath.",
            },
            state == "black-hole"
                ? "Raise the MTU of the links between the hosts, or lower that of this host's underlay interface."
                : $"`ping` the underlay address of {name} from this host, and see that UDP 4789 passes between them.",
            "cluster",
            tunnel["for_s"]
        );

    private static IEnumerable<JsonObject> Journal(JsonObject status)
    {
        if ((string?)status["journal"] is { } journal and not "ok")
            yield return Alarm(
                "journal",
                "critical",
                "the journal cannot be used: the network cannot be changed",
                $"{journal}. Packets are forwarded and decided all the same.",
                "Bring the database back, or free its disk; the agents go on from where they are.",
                "cluster",
                null
            );
        if ((double?)status["behind_s"] is > MaxBehindSeconds)
            yield return Alarm(
                "behind",
                "critical",
                "this agent is behind: what it shows and decides by is old",
                $"Other hosts know entries after {status["position"]}, the last that came here.",
                "Look at `journal` and `relay` in `fabric status`: whether this host reaches the database, or the host that it follows.",
                "cluster",
                status["behind_s"]
            );
        if ((string?)status["copy"] is { } copy and not "ok")
            yield return Alarm(
                "copy",
                "warning",
                "this agent's own copy of the network could not be written",
                $"{copy}. Without it the agent cannot start while the journal is away.",
                "Free the disk that its state folder is on.",
                "cluster",
                null
            );
        if ((string?)status["snapshots"] is { } snapshots and not "ok")
            yield return Alarm(
                "snapshots",
                "warning",
                "the journal's last snapshot could not be written",
                $"{snapshots}. Nothing is lost, but agents that start and pages of the past read every entry since the one before, which takes longer and longer.",
                "Make room where the journal is, and see that its user may write there; the next change that is due for a snapshot tries again.",
                "cluster",
                null
            );
        if ((string?)status["otlp"] is { } collector and not "ok")
            yield return Alarm(
                "otlp",
                "warning",
                "the collector does not take this agent's metrics",
                $"{Capital(collector)}. What it was not told it will not be told later; counters go on in their sums.",
                "See that it runs and listens where `fabric agent --otlp` says, and takes OTLP over HTTP; the agent tries again each minute. `/metrics` has the same figures.",
                "cluster",
                null
            );
        foreach (var problem in status["problems"]?.AsArray() ?? [])
        {
            // Those of tunnels are alarms of their own; of ports they begin with the name, TENANT/NAME.
            var text = (string)problem!;
            var isPort = text.Split(": ")[0] is var name && name.Contains('/') && !name.Contains(' ');
            if (!text.StartsWith("tunnel to ", StringComparison.Ordinal))
                yield return Alarm(
                    $"problem/{text}",
                    "warning",
                    isPort ? "a port of this host is not attached" : "this host's ports cannot be looked after",
                    $"{text}.",
                    isPort
                        ? "Make the interface that the port is bound to, or bind the port to another."
                        : "`fabric doctor` at this host says what its agent may not do, or what is missing.",
                    "cluster",
                    null
                );
        }
    }

    private static IEnumerable<JsonObject> Ports(TopologySnapshot topology, LearnedSnapshot learned) =>
        from port in learned
            .DownPorts.Select(id => topology.Ports.GetValueOrDefault(id))
            .OfType<Port>()
            .OrderBy(port => port.Name)
            .Take(MaxPorts)
        where port is { IsAdminUp: true, Binding: not null }
        select Alarm(
            $"port/{port.Name}",
            "warning",
            $"port {port.Name} is down",
            DeviceState.Of(topology, learned, port).Why,
            $"Bring the interface up at its host, or bind the port elsewhere: `fabric explain port.interface`.",
            DeviceState.PageOf(port),
            null
        );

    private static IEnumerable<JsonObject> Pools(TopologySnapshot topology, LearnedSnapshot learned) =>
        from down in CheckReport.MembersDown(topology, learned).GroupBy(down => (down.Router, down.Pool))
        let pool = down.Key.Pool
        let left = pool.Members.Values.Where(member => member.State == PoolMemberState.Up).Except(down.Select(one => one.Member)).Count()
        orderby $"{down.Key.Router.Name}/{pool.Name}"
        let named = $"pool {pool.Name} of {down.Key.Router.Name}"
        let members = string.Join(", ", down.Take(MaxPorts).Select(one => $"{one.Member.Name} ({HealthText.Why(one.Health)})"))
        select Alarm(
            $"pool/{down.Key.Router.Name}/{pool.Name}",
            left > 0 ? "warning" : "critical",
            left > 0 ? $"{down.Count()} of {pool.Members.Count} members of {named} are down" : $"{named} serves nobody",
            $"Its checks find them down: {members}.",
            "`fabric balancers` shows all of them; see that they listen, and that chains let the router's own address reach them.",
            DeviceState.PageOf(down.Key.Router),
            null
        );

    private static JsonObject Alarm(string key, string severity, string what, string why, string next, string to, JsonNode? since) =>
        new()
        {
            ["key"] = key,
            ["severity"] = severity,
            ["what"] = what,
            ["why"] = why,
            ["next"] = next,
            ["to"] = to,
            ["since_s"] = since?.DeepClone(),
        };

    private static string Since(JsonNode? seconds, string what) =>
        seconds is null
            ? "It was never heard"
            : string.Create(CultureInfo.InvariantCulture, $"{Capital(what)} {AgoText.Of(Span(seconds))} ago");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static TimeSpan Span(JsonNode seconds) => TimeSpan.FromSeconds((double)seconds);

    private static IEnumerable<JsonObject> Items(JsonObject status, string key) => status[key]?.AsArray().OfType<JsonObject>() ?? [];
}
