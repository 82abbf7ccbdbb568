using System.Collections.Immutable;
using Fabric.Agent.Cli.Client;

namespace Fabric.Agent.Api;

/// <summary>All calls of the API; a test holds that the agent answers these, with these keys, and no others.</summary>
internal static class ApiCatalog
{
    private const string Json = "application/json";
    private const string Text = "text/plain";

    private static readonly ApiParameter s_at = new("at", "integer", "The position of the journal that is asked about; now if left out.");
    private static readonly ApiParameter s_host = new(
        "host",
        "string",
        "Whose: names of hosts with commas between, or all; the host that answers if left out. Those that do not tell are named."
    );
    private static readonly ApiParameter s_limit = new("limit", "integer", "How many at most.");

    /// <summary>The calls, in the order of their paths.</summary>
    public static ImmutableArray<ApiCall> All { get; } =
    [
        Get("/v1/actors", "Where the actors of devices live, and how many commands wait for each.", "writer", "silent", "items"),
        Get(
            "/v1/alarms",
            "What is wrong with the network now, each with its cause and what to do; and what began and ended.",
            "position",
            "items",
            "history"
        ),
        new("POST", "/v1/alarms/acknowledge", "Takes note of an alarm, until it ends; for all who look at this agent.", Json, [])
        {
            Parameters = [new("key", "string", "The alarm's key.", IsRequired: true)],
        },
        new(
            "POST",
            "/v1/apply",
            "Makes the network look as a description says, all of it or nothing.",
            Json,
            ["position", "events", "problem"]
        )
        {
            Content = Text,
            Parameters = [new("reason", "string", "Why, for the journal.")],
        },
        Get("/v1/balancers", "The members behind balancers, with the connections that this host remembers.", "items"),
        new(
            "POST",
            "/v1/capture",
            "The packets of a port that came since the last question, each with what the network does with it; only over the agent's socket. The first question begins, and five seconds without one end it.",
            Json,
            ["hosts", "error", "first", "lost", "until", "items"]
        )
        {
            Parameters =
            [
                new("host", "string", "The one host that the port is at; the host that answers if left out."),
                new("port", "string", "The port's whole name.", IsRequired: true),
                new("capture", "string", "Any word, the same in each question of one capture.", IsRequired: true),
                new("after", "integer", "The number of the last packet that has come; 0 for none.", IsRequired: true),
            ],
        },
        Get("/v1/carried", "What one device has carried, or each link between devices, at each host.", "hosts", "items") with
        {
            Parameters =
            [
                new("kind", "string", "port, bridge, router, chain, or link for all links.", IsRequired: true),
                new("name", "string", "The device's name; none with link."),
                s_host,
            ],
        },
        new("POST", "/v1/commands", "Decides about a command and stores what it means.", Json, []) { Content = AgentWire.Bytes },
        Get("/v1/connections", "The connections that packets of this host have begun.", "count", "items"),
        Get(
            "/v1/device",
            "The page of one device: its state, facts about it, and tables.",
            ["kind", "name", "position", "state", "good", "why", "facts", "tables", "description", "command", "counted_at", "changed"]
        ) with
        {
            Parameters =
            [
                new("kind", "string", "port, bridge, router, chain, set, group or host.", IsRequired: true),
                new("name", "string", "TENANT/NAME; a host's name alone.", IsRequired: true),
                s_at,
                s_host,
            ],
        },
        Get("/v1/drops", "What hosts dropped last, each kind of packet as one sentence.", "host", "hosts", "displaced", "items") with
        {
            Parameters =
            [
                new("kind", "string", "With name: only drops that this device has to do with."),
                new("name", "string", "The device's name."),
                s_host,
            ],
        },
        Get("/v1/events", "Who changed what, when and why; the newest first.", "head", "next", "items") with
        {
            Parameters =
            [
                new("before", "integer", "Only entries before this position."),
                s_limit,
                new("q", "string", "Only entries that hold this text."),
                new("lines", "boolean", "With the lines of the description that each device had before, and has since."),
            ],
        },
        Get("/v1/flows", "The flows that hosts have installed, the busiest first.", "hosts", "total", "matched", "items") with
        {
            Parameters =
            [
                new("q", "string", "Only flows that hold all of these words."),
                s_limit,
                s_host,
                new("words", "boolean", "With each in words: what it reads, what may be anything, what it does."),
            ],
        },
        Get("/v1/list", "The devices of a kind, as `fabric show` lists them.", "version", "kind", "items") with
        {
            Parameters =
            [
                new("kind", "string", "ports, bridges, routers, chains, rules, routes, sets, groups or hosts.", IsRequired: true),
                s_at,
            ],
        },
        Get(
            "/v1/map",
            "The network as a picture: what is where, what is linked.",
            "position",
            "left",
            "width",
            "height",
            "tenants",
            "nodes",
            "links"
        ) with
        {
            Parameters = [s_at, new("form", "string", "json; svg for a picture, or mermaid for a chart, as texts of their own.")],
        },
        Get("/v1/nodes", "The agents of hosts: version, datapath, how fast each decides, what it does for others.", "hosts", "items") with
        {
            Parameters = [s_host],
        },
        Get("/v1/openapi.json", "This document.", "openapi", "info", "paths"),
        new(
            "POST",
            "/v1/plan",
            "What `fabric apply` of a description would change.",
            Json,
            ["position", "words", "changes", "diff", "command", "problems"]
        )
        {
            Content = Text,
        },
        Get("/v1/ports", "What the ports that are attached at hosts have carried.", "hosts", "items") with
        {
            Parameters = [s_host],
        },
        Get("/v1/reached", "Waits until hosts have reached a position.", "hosts", "behind") with
        {
            Parameters =
            [
                new("position", "integer", "The position.", IsRequired: true),
                new("level", "string", "agents or dataplane.", IsRequired: true),
                new("hosts", "string", "Names with commas between; all if left out."),
                new("wait_ms", "integer", "How long at most: 0 to 30000.", IsRequired: true),
            ],
        },
        Get("/v1/related", "What has to do with a thing of the map, the thing itself among it.", "id", "position", "items", "more") with
        {
            Parameters =
            [
                new("id", "string", "port/TENANT/NAME and so on; interface/HOST/NAME, tunnel/HOST/HOST.", IsRequired: true),
                s_at,
            ],
        },
        Get("/v1/search", "Devices by name, address, MAC, interface, tunnel key, id or rule.", "items") with
        {
            Parameters = [new("q", "string", "The text; before it kind:, host: or tenant:.", IsRequired: true), s_limit],
        },
        Get("/v1/status", "How the agent is, and who takes part."),
        new("GET", "/v1/topology", "The description as nodes send it to each other.", AgentWire.Bytes, []) { Parameters = [s_at] },
        new("POST", "/v1/trace", "What the network does to a packet, step by step.", Json, [])
        {
            Content = Text,
            Parameters = [s_at, new("form", "string", "json, or text as `fabric trace` prints it.")],
        },
        Get(
            "/v1/traffic",
            "What rules, ports and devices have carried, and what was dropped, at all hosts that were asked together.",
            "hosts",
            "rules",
            "devices",
            "drops"
        ) with
        {
            Parameters = [s_host],
        },
        new(
            "GET",
            "/v1/watch",
            "Once a second how the agent is, as server-sent events; a slow reader misses some, and never gets an old one.",
            "text/event-stream",
            []
        ),
    ];

    private static ApiCall Get(string path, string summary, params ImmutableArray<string> keys) => new("GET", path, summary, Json, keys);
}
