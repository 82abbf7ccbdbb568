using System.Text.Json.Nodes;
using Fabric.Agent.Metrics;
using Fabric.Tests.Actors;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Metrics;

/// <summary>A collector is told what /metrics tells, under the same names; and one that is not there does no harm.</summary>
[CancelAfter(300_000)]
public class OtlpTest
{
    private static readonly JsonObject s_status = new()
    {
        ["host"] = "a",
        ["drops"] = new JsonObject { ["Rule"] = 3 },
        ["flows"] = 12,
        ["flow_setup"] = new JsonObject
        {
            ["count"] = 7,
            ["sum_s"] = 1.5,
            ["at_most_s"] = new JsonObject { ["0.0001"] = 2, ["1"] = 6 },
        },
    };

    [TestCase("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/metrics")]
    [TestCase("https://collector.example/", "https://collector.example/v1/metrics")]
    [TestCase("https://collector.example/team/", "https://collector.example/team/v1/metrics")]
    [TestCase("https://collector.example/team/v1/metrics", "https://collector.example/team/v1/metrics")]
    public void AnAddressIsWhereMetricsAreTaken(string text, string address) => OtlpEndpoint.AddressOf(text)!.ToString().ShouldBe(address);

    [TestCase("")]
    [TestCase("collector:4318")]
    [TestCase("ftp://collector")]
    [TestCase("http://collector/?key=1")]
    public void WhatIsNoAddressIsNone(string text) => OtlpEndpoint.AddressOf(text).ShouldBeNull();

    [Test]
    public async Task WhatIsToldAreTheMetricsOfTheCatalogue(CancellationToken cancellation)
    {
        await using var collector = await CollectorHost.StartAsync(() => 200);
        await using var telemetry = Tell(collector, () => s_status, _ => { }, TimeProvider.System);

        var (path, type, body) = await collector.Heard.ReadAsync(cancellation);

        path.ShouldBe("/v1/metrics");
        type.ShouldBe("application/x-protobuf");
        var (resource, metrics) = OtlpMessage.Read(body);
        resource["service.name"].ShouldBe("fabric");
        resource["service.instance.id"].ShouldBe("a");
        resource["host.name"].ShouldBe("a");
        resource.ShouldContainKey("service.version");
        var drops = metrics.Single(metric => metric.Name == "fabric_drops_total");
        (drops.OnlyGrows, drops.Temporality).ShouldBe((true, 2UL));
        drops.Help.ShouldBe(MetricCatalog.All.Single(metric => metric.Name == drops.Name).Help);
        var drop = drops.Points.ShouldHaveSingleItem();
        drop.Value.ShouldBe(3);
        drop.Attributes.ShouldBe(new Dictionary<string, string> { ["host"] = "a", ["reason"] = "Rule" }, ignoreOrder: true);
        var flows = metrics.Single(metric => metric.Name == "fabric_flows");
        flows.Temporality.ShouldBeNull();
        flows.Points.ShouldHaveSingleItem().Value.ShouldBe(12);
        // Of a histogram each line, in words that a query for Prometheus's asks for.
        var buckets = metrics.Single(metric => metric.Name == "fabric_flow_setup_seconds_bucket");
        buckets.OnlyGrows.ShouldBeFalse();
        buckets
            .Points.Select(point => (point.Attributes["le"], point.Value))
            .ShouldBe([("0.0001", 2.0), ("1", 6.0), ("+Inf", 7.0)], ignoreOrder: true);
        metrics.Single(metric => metric.Name == "fabric_flow_setup_seconds_sum").Points.Single().Value.ShouldBe(1.5);
        metrics.Single(metric => metric.Name == "fabric_flow_setup_seconds_count").Points.Single().Value.ShouldBe(7);
    }

    /// <summary>A port that has gone has no value; the last one would stand for ever.</summary>
    [Test]
    public async Task ASeriesThatHasEndedIsToldNoMore(CancellationToken cancellation)
    {
        var drops = new JsonObject { ["Rule"] = 3, ["NoRoute"] = 1 };
        await using var collector = await CollectorHost.StartAsync(() => 200);
        var time = new StepTime();
        await using var telemetry = Tell(collector, () => new JsonObject { ["host"] = "a", ["drops"] = drops.DeepClone() }, _ => { }, time);
        Reasons((await collector.Heard.ReadAsync(cancellation)).Body).ShouldBe(["NoRoute", "Rule"]);

        drops.Remove("NoRoute");
        drops["Rule"] = 4;
        await time.StepAsync(cancellation);

        Reasons((await collector.Heard.ReadAsync(cancellation)).Body).ShouldBe(["Rule"]);
    }

    [Test]
    public async Task WhatIsNotTakenIsSaidOnceAndTriedAgain(CancellationToken cancellation)
    {
        var answer = 503;
        var warned = new List<string>();
        await using var collector = await CollectorHost.StartAsync(() => answer);
        var time = new StepTime();
        await using var telemetry = Tell(collector, () => s_status, warned.Add, time);

        await time.StepAsync(cancellation);
        await time.WaitAsync(cancellation);
        telemetry.Failure.ShouldBe("it answered 503");
        answer = 200;
        await time.StepAsync(cancellation);
        await time.WaitAsync(cancellation);

        telemetry.Failure.ShouldBeNull();
        warned.ShouldHaveSingleItem().ShouldBe($"the collector at {collector.Address} was not told the metrics: it answered 503");
    }

    /// <summary>An agent whose collector takes the request and never answers ends at once all the same.</summary>
    [Test]
    public async Task ACollectorThatNeverAnswersHoldsNobodyUp(CancellationToken cancellation)
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var telemetry = new OtlpLoop(
            OtlpEndpoint.AddressOf($"http://{silent.LocalEndpoint}")!,
            () => Task.FromResult(new MetricSource((JsonObject)s_status.DeepClone(), [])),
            _ => { },
            TimeProvider.System
        );
        using var heard = await silent.AcceptTcpClientAsync(cancellation);

        await telemetry.DisposeAsync().AsTask().WaitAsync(cancellation);
    }

    [Test]
    public async Task AnAgentTellsItsCollectorAndSoItsStatus(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-otlp-");
        try
        {
            await using var collector = await CollectorHost.StartAsync(() => 200);
            var journal = Path.Combine(folder.FullName, "journal.db");
            await using var agent = await AgentRun.StartAsync(folder.FullName, journal, more: ["--otlp", collector.Address]);

            var (_, metrics) = OtlpMessage.Read((await collector.Heard.ReadAsync(cancellation)).Body);

            metrics.Single(metric => metric.Name == "fabric_build_info").Points.ShouldHaveSingleItem().Attributes["host"].ShouldBe("h1");
            // Each metric without labels has a value, as it has at /metrics.
            var names = metrics.Select(metric => metric.Name).ToHashSet();
            foreach (var metric in MetricCatalog.All.Where(metric => metric.Labels.IsEmpty))
                OtlpSeries.NamesOf(metric).ShouldBeSubsetOf(names);
            await agent.BecomesAsync("otlp", told => told == "ok");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task AnAgentWhoseCollectorIsAwayRunsAndSaysSo()
    {
        string gone;
        await using (var collector = await CollectorHost.StartAsync(() => 200))
            gone = collector.Address;
        var folder = Directory.CreateTempSubdirectory("fabric-otlp-");
        try
        {
            var journal = Path.Combine(folder.FullName, "journal.db");
            await using var agent = await AgentRun.StartAsync(folder.FullName, journal, more: ["--otlp", gone]);

            await agent.BecomesAsync("otlp", told => told.Contains("Connection refused", StringComparison.Ordinal));

            agent.Log.ShouldContain("was not told the metrics: Connection refused");
            var doctor = await agent.AskAsync("doctor -o json");
            var check = JsonNode.Parse(doctor.Out)!["items"]!.AsArray().Single(item => (string)item!["check"]! == "agent: collector");
            ((string)check!["result"]!).ShouldBe("warning");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task WhatIsNoAddressIsRefusedInWords()
    {
        var refused = await Shell.RunAsync("agent --otlp collector:4318");

        refused.Exit.ShouldBe(2, refused.Error);
        refused.Error.ShouldContain("an address that begins with http:// or https://");
    }

    private static OtlpLoop Tell(CollectorHost collector, Func<JsonObject> status, Action<string> warn, TimeProvider time) =>
        new(
            OtlpEndpoint.AddressOf(collector.Address)!,
            () => Task.FromResult(new MetricSource((JsonObject)status().DeepClone(), [])),
            warn,
            time
        );

    private static IEnumerable<string> Reasons(byte[] body) =>
        OtlpMessage
            .Read(body)
            .Metrics.Single(metric => metric.Name == "fabric_drops_total")
            .Points.Select(point => point.Attributes["reason"])
            .Order();
}
