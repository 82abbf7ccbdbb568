using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fabric.Agent.Metrics;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Metrics;

/// <summary>What Prometheus reads: named as it wants it, written so that it can read it, and the same as the status.</summary>
public partial class MetricsTest
{
    private static readonly string[] s_labels =
    [
        "host",
        "version",
        "datapath",
        "device",
        "port",
        "reason",
        "state",
        "role",
        "member",
        "peer",
        "figure",
    ];

    [Test]
    public void NamesFollowTheConvention()
    {
        MetricCatalog.All.Select(metric => metric.Name).ShouldBeUnique();
        foreach (var metric in MetricCatalog.All)
        {
            Name().IsMatch(metric.Name).ShouldBeTrue(metric.Name);
            metric.Name.EndsWith("_total", StringComparison.Ordinal).ShouldBe(metric.Kind == MetricKind.Counter, metric.Name);
            metric.Help.ShouldEndWith(".", Case.Sensitive, metric.Name);
            metric.Labels.ShouldBeSubsetOf(s_labels, $"{metric.Name}: no series for what guests choose");
        }
    }

    [Test]
    public void ThePageHolds() => Repository.ShouldHold(Repository.File("docs", "metrics.md"), Page());

    /// <summary>A board that asks for what there is not shows nothing, and nobody knows why.</summary>
    [Test]
    public void TheBoardAsksForMetricsThatThereAre()
    {
        var board = JsonNode.Parse(File.ReadAllText(Repository.File("docs", "examples", "grafana-board.json")))!.AsObject();
        var names = MetricCatalog.All.Select(metric => metric.Name).ToHashSet();
        var asked = board["panels"]!
            .AsArray()
            .SelectMany(panel => panel!["targets"]!.AsArray())
            .SelectMany(target => Used().Matches((string)target!["expr"]!).Select(match => match.Value))
            .Distinct()
            .ToList();
        asked.Count.ShouldBeGreaterThan(10);
        asked.ShouldBeSubsetOf(names);
    }

    [Test]
    public void WhatIsWrittenIsEscapedAndOfALineEach()
    {
        var status = new JsonObject
        {
            ["host"] = "a\"b\\c\nd",
            ["drops"] = new JsonObject { ["Rule"] = 3 },
            ["flows"] = 12_345_678_901,
        };

        var text = MetricsText.Of(new MetricSource(status, []));

        text.ShouldContain("fabric_drops_total{host=\"a\\\"b\\\\c\\nd\",reason=\"Rule\"} 3\n");
        text.ShouldContain("fabric_flows{host=\"a\\\"b\\\\c\\nd\"} 12345678901\n");
        text.Split('\n').ShouldAllBe(line => line.Length == 0 || line.StartsWith("# ") || line.StartsWith("fabric_"));
    }

    /// <summary>Each bucket holds those before it, and the last all.</summary>
    [Test]
    public void AHistogramIsWrittenAsPrometheusWantsIt()
    {
        var setup = new JsonObject
        {
            ["count"] = 7,
            ["sum_s"] = 1.5,
            ["at_most_s"] = new JsonObject { ["0.0001"] = 2, ["1"] = 6 },
        };

        var text = MetricsText.Of(new MetricSource(new JsonObject { ["host"] = "a", ["flow_setup"] = setup }, []));

        text.ShouldContain(
            """
            # TYPE fabric_flow_setup_seconds histogram
            fabric_flow_setup_seconds_bucket{host="a",le="0.0001"} 2
            fabric_flow_setup_seconds_bucket{host="a",le="1"} 6
            fabric_flow_setup_seconds_bucket{host="a",le="+Inf"} 7
            fabric_flow_setup_seconds_sum{host="a"} 1.5
            fabric_flow_setup_seconds_count{host="a"} 7

            """
        );
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task AnAgentTellsThemAsItsStatusDoes()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-metrics-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "journal.db"));
            using var client = new Api.SocketClient(agent.Socket);
            using var answer = await client.SendAsync(HttpMethod.Get, "/metrics");
            var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
            var status = await agent.StatusAsync();

            lines.Where(line => line.Length > 0 && line[0] != '#').ShouldAllBe(line => Line().IsMatch(line));
            foreach (var line in lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)))
                lines.Count(other => other == line).ShouldBe(1, line);
            ValueOf(lines, "fabric_journal_position").ShouldBe((double)status["position"]!);
            ValueOf(lines, "fabric_flow_limit").ShouldBe((double)status["flow_limit"]!);
            ValueOf(lines, "fabric_journal_up").ShouldBe(1);
            lines.ShouldContain(line => line.StartsWith("fabric_members{host=\"h1\",state=\"live\"", StringComparison.Ordinal));
            // Every figure that the catalogue reads by a key is there under it.
            foreach (var metric in MetricCatalog.All.Where(metric => metric.Labels.IsEmpty))
            {
                var name = metric.Kind == MetricKind.Histogram ? $"{metric.Name}_count" : metric.Name;
                lines.ShouldContain(line => line.StartsWith($"{name}{{", StringComparison.Ordinal), metric.Name);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double ValueOf(string[] lines, string name) =>
        double.Parse(
            lines.Single(line => line.StartsWith($"{name}{{", StringComparison.Ordinal)).Split(' ')[^1],
            CultureInfo.InvariantCulture
        );

    private static string Page()
    {
        var page = new StringBuilder(
            """
            # Metrics

            An agent tells Prometheus its counters at `/metrics`: the figures of `fabric status` and of `GET /v1/ports`, read when they are asked for, and not otherwise. Each has the label `host`. None has a series a flow, a connection or
            an address: what a host's series cost does not depend on what its guests do. Hits of rules are not among them either; `fabric top rules` and the page of a chain show these.

            Three ways to fetch them:

            - From the agent's socket: `curl -s --unix-socket /run/fabric/agent.sock http://fabric/metrics`. Written into a file of node_exporter's textfile collector, once a minute, nothing of Fabric listens anywhere.
            - `fabric dashboard --open-metrics` serves them at `http://127.0.0.1:8440/metrics` for all users of the machine, without its token. What else the dashboard shows still needs it.
            - Without `--open-metrics` they need the token as everything does: `Authorization: Bearer TOKEN`.

            ```
            scrape_configs:
              - job_name: fabric
                static_configs: [{ targets: ["127.0.0.1:8440"] }]
            ```

            Or the agent tells them itself, to a collector of OpenTelemetry: `fabric agent --otlp http://127.0.0.1:4318`. Nothing is told anywhere without it.

            - OTLP over HTTP in protobuf, at the start and then each minute, posted to `/v1/metrics` under the address, or to the address itself if it ends so. No gRPC. Headers, for a key of the collector's, are taken from the environment: `OTEL_EXPORTER_OTLP_HEADERS`.
            - The same values under the same names, with the labels as attributes; sums count from the agent's start. The lines of a histogram (`_bucket` with `le`, `_sum`, `_count`) are a metric each. The resource has `service.name` fabric, `service.version`, `service.instance.id` and `host.name`.
            - A collector that is away does no harm: each round waits five seconds at most and is not made up for. The agent's log says it once, `otlp` of `fabric status` why, and `fabric doctor` what to do. Redirections are not followed. Of a metric with more than 16384 series the rest is one.

            [grafana-board.json](examples/grafana-board.json) is a board for Grafana.

            Counters begin at 0 with the agent. "Received" is what came in from a port's station, "transmitted" what went out to it, as everywhere in Fabric.

            | metric | kind | labels | what |
            |---|---|---|---|

            """
        );
        foreach (var metric in MetricCatalog.All)
        {
            var labels = string.Join(", ", metric.Labels.Select(label => $"`{label}`"));
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{metric.Name}` | {metric.Kind.ToString().ToLowerInvariant()} | {labels} | {metric.Help} |\n"
            );
        }
        return page.ToString();
    }

    [GeneratedRegex("^fabric_[a-z]+(_[a-z]+)*$")]
    private static partial Regex Name();

    [GeneratedRegex("""fabric_[a-z_]+""")]
    private static partial Regex Used();

    [GeneratedRegex("""^fabric_[a-z_]+\{host="h1"(,[a-z]+="[^"\n]*")*\} -?[0-9.E+]+$""")]
    private static partial Regex Line();
}
