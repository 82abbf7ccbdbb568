using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Agent.Api;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Show;
using Fabric.Agent.Description.Writing;
using Fabric.Tests.Cli;
using Fabric.Tests.Description;

namespace Fabric.Tests.Api;

/// <summary>The calls that pages are made of: the same as the command line, at any time, with every mistake answered.</summary>
[CancelAfter(300_000)]
[NonParallelizable]
public class ViewEndpointTest
{
    private const string Shop = """
        fabric: v1
        hosts: { h1: {} }
        tenants:
          shop:
            routers: { r1: {} }
            bridges: { web: { subnet: 10.1.0.0/24, router: r1 }, db: { subnet: 10.2.0.0/24, router: r1 } }
            ports:
              web1: { on: web, host: h1, ip: 10.1.0.11 }
              db1: { on: db, host: h1, ip: 10.2.0.11, outbound: db-in }
            chains:
              db-in: [ { name: no-telnet, proto: tcp, dport: 23, do: drop } ]
        """;
    private const string Telnet = "in_port=web1,tcp,nw_dst=10.2.0.11,tp_dst=23";

    private DirectoryInfo _folder = null!;
    private AgentRun _agent = null!;
    private SocketClient _client = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-views-");
        _agent = await AgentRun.StartAsync(_folder.FullName, Path.Combine(_folder.FullName, "journal.db"));
        _client = new SocketClient(_agent.Socket);
        (await _client.PostAsync("/v1/apply?reason=the%20shop%20opens", Shop))["problem"].ShouldBeNull();
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        _client?.Dispose();
        await (_agent?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }

    /// <summary>What the document says is what the agent answers: each call, with these keys.</summary>
    [Test]
    public async Task TheDocumentHolds()
    {
        Repository.ShouldHold(Repository.File("docs", "schema", "api-v1.json"), JsonText.Format(ApiDocument.Build()) + "\n");
        ApiCatalog.All.Select(call => call.Path).ShouldBe(ApiCatalog.All.Select(call => call.Path).Order(StringComparer.Ordinal));
        foreach (var call in ApiCatalog.All.Where(call => !call.Keys.IsEmpty))
        {
            var answer = call.Method == "GET" ? await _client.GetAsync(Example(call)) : await _client.PostAsync(Example(call), Shop);
            answer.Select(pair => pair.Key).ShouldBe(call.Keys, ignoreOrder: true, call.Path);
        }
        // A watch has no end; it is tried by itself.
        foreach (var call in ApiCatalog.All.Where(call => call is { Method: "GET", Path: not "/v1/watch" }))
        {
            using var answer = await _client.SendAsync(HttpMethod.Get, Example(call));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, call.Path);
        }
    }

    /// <summary>No call of the server's is missing in the document.</summary>
    [Test]
    public void TheDocumentIsWhole()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "Fabric.Agent", "Api"), "*.cs").Select(File.ReadAllText);
        var mapped = sources.SelectMany(text =>
            System
                .Text.RegularExpressions.Regex.Matches(text, @"Map(Get|Post)\(\s*""(/v1/[^""]+)""")
                .Select(match => (match.Groups[1].Value.ToUpperInvariant(), match.Groups[2].Value))
        );
        mapped.Order().ShouldBe(ApiCatalog.All.Select(call => (call.Method, call.Path)).Order());
    }

    /// <summary>D15: whatever the network looks like, page and command line show the same rows.</summary>
    [Test]
    public async Task TwoHundredStatesAreTheSameByApiAndCommandLine()
    {
        var random = new Random(15);
        var kinds = new[] { "ports", "bridges", "routers", "chains", "rules", "routes", "sets", "groups", "hosts" };
        for (var state = 0; state < 200; state++)
        {
            var text =
                $"fabric: v1\ntenants: {{ shop: {{ bridges: {{ b{random.Next(20)}: {{ admin: {(random.Next(2) == 0 ? "up" : "down")} }} }}, "
                + $"chains: {{ c{random.Next(5)}: [ {{ name: r{random.Next(9)}, proto: tcp, dport: {random.Next(1, 100)}, do: drop }} ] }} }} }}";
            (await _client.PostAsync("/v1/apply", text))["problem"].ShouldBeNull(text);
            var kind = kinds[state % kinds.Length];
            var shown = await _agent.AskAsync($"show {kind} -o json");
            JsonNode
                .DeepEquals(JsonNode.Parse(shown.Out), await _client.GetAsync($"/v1/list?kind={kind}"))
                .ShouldBeTrue($"state {state}, {kind}");
        }
    }

    /// <summary>D15 for networks of every kind of device, and for what is no list of devices.</summary>
    [Test]
    [CancelAfter(600_000)]
    public async Task TwoHundredRandomNetworksAreTheSameByPageApiAndCommandLineInAllTheirParts()
    {
        var folder = Directory.CreateTempSubdirectory("fabric-same-");
        try
        {
            await using var agent = await AgentRun.StartAsync(folder.FullName, Path.Combine(folder.FullName, "journal.db"));
            using var client = new SocketClient(agent.Socket);
            var same = new SameEverywhere(agent, client);
            for (var seed = 1; seed <= 200; seed++)
            {
                var network = AnyNetwork.WithRules(seed);
                var applied = await agent.AskAsync("apply --prune -f -", DescriptionWriter.Write(network));
                applied.Exit.ShouldBe(0, applied.Error);
                await same.ShouldHoldAsync(seed);
            }
            same.Seen.ShouldBe(
                ["ports", "bridges", "routers", "chains", "rules", "routes", "nat", "pools", "balancers", "sets", "groups", "hosts"],
                ignoreOrder: true,
                "there was one of each at least"
            );
            same.Tables.Compared.ShouldBe(same.Tables.All, ignoreOrder: true, "and each table had rows");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task ATraceNamesTheRuleAndWhoMadeItAndEveryFieldThatChanged()
    {
        var report = await _client.PostAsync("/v1/trace", Telnet);

        ((string)report["verdict"]!).ShouldBe("drop");
        ((string)report["rule"]!["name"]!).ShouldBe("no-telnet");
        ((string)report["rule"]!["changed"]!["reason"]!).ShouldBe("the shop opens");
        ((string)report["remedy"]!).ShouldNotBeEmpty();
        var changed = report["hops"]!.AsArray().SelectMany(hop => hop!["changed"]!.AsArray()).Select(field => (string)field!["field"]!);
        changed.ShouldContain("nw_ttl");
        changed.ShouldContain("eth_dst");
    }

    /// <summary>There is one text of a trace, for whoever asks.</summary>
    [Test]
    public async Task ATraceAsTextIsWhatTheCommandPrints()
    {
        using var answer = await _client.SendAsync(HttpMethod.Post, "/v1/trace?form=text", Telnet);
        (await answer.Content.ReadAsStringAsync()).ShouldBe((await _agent.AskAsync($"trace {Telnet}")).Out);
        ((string)(await _client.PostAsync("/v1/trace", Telnet))["command"]!).ShouldStartWith("fabric trace 'in_port=shop/web1,tcp,");
        (await _client.SendAsync(HttpMethod.Post, "/v1/trace?form=pdf", Telnet)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    /// <summary>What a page offers to change is what is described: applied as it is, it changes nothing.</summary>
    [Test]
    public async Task TheDescriptionOfAChainChangesNothingWhenItIsApplied()
    {
        var piece = (string)(await _client.GetAsync("/v1/device?kind=chain&name=shop/db-in"))["description"]!;

        piece.ShouldContain("no-telnet");
        ((int)(await _client.PostAsync("/v1/apply", piece))["events"]!).ShouldBe(0);
        (await _client.GetAsync("/v1/device?kind=port&name=shop/web1"))["description"].ShouldBeNull();
    }

    /// <summary>The same packet at another time meets the network of that time.</summary>
    [Test]
    public async Task TheNetworkAndATraceAreAsTheyWereAtAPosition()
    {
        var before = (long)(await _client.GetAsync("/v1/map"))["position"]!;
        await _client.PostAsync(
            "/v1/apply",
            "fabric: v1\ntenants: { shop: { chains: { db-in: [ { name: none, proto: udp, do: drop } ] } } }"
        );
        ((string?)(await _client.PostAsync("/v1/trace", Telnet))["rule"]?["name"]).ShouldBeNull("it passes now");

        var then = await _client.PostAsync($"/v1/trace?at={before}", Telnet);
        (((long)then["position"]!), (string?)then["rule"]?["name"]).ShouldBe((before, "no-telnet"));
        (await _client.GetAsync($"/v1/device?kind=chain&name=shop/db-in&at={before}"))["tables"]![0]!["listing"]!["items"]!
            .AsArray()
            .Select(rule => (string)rule!["name"]!)
            .ShouldBe(["shop/db-in/no-telnet"]);
        (await _client.GetAsync("/v1/map?at=0"))["nodes"]!.AsArray().ShouldBeEmpty();
        await _client.PostAsync("/v1/apply", Shop);
    }

    /// <summary>A trace that was told is made again where the network stood then, with what was known then, by whoever has its text.</summary>
    [Test]
    public async Task ARecordedTraceGoesTheSameWayAgainAndAnotherOneElsewhere()
    {
        var record = await _client.PostAsync("/v1/trace", Telnet);
        await _client.PostAsync(
            "/v1/apply",
            "fabric: v1\ntenants: { shop: { chains: { db-in: [ { name: none, proto: udp, do: drop } ] } } }"
        );
        var after = (await _client.GetAsync("/v1/map"))["position"]!;

        (await _client.PostAsync("/v1/trace", record.ToJsonString())).ToJsonString().ShouldBe(record.ToJsonString());
        var elsewhere = await _client.PostAsync($"/v1/trace?at={after}", record.ToJsonString());
        ((string?)elsewhere["rule"]?["name"]).ShouldBeNull("the rule is gone at that position");

        var file = Path.Combine(_folder.FullName, "record.json");
        await File.WriteAllTextAsync(file, record.ToJsonString());
        var again = await _agent.AskAsync($"trace --again {file}");
        (again.Exit, again.Error).ShouldBe((0, "as recorded\n"));
        again.Out.ShouldContain("no-telnet");
        var network = Path.Combine(_folder.FullName, "other.yaml");
        await File.WriteAllTextAsync(network, Shop.Replace("do: drop", "do: accept"));
        var other = await _agent.AskAsync($"trace --again {file} -f {network}");
        (other.Exit, other.Error.StartsWith("not as recorded: there it went on with: ", StringComparison.Ordinal)).ShouldBe(
            (1, true),
            other.Error
        );
        (await _agent.AskAsync($"trace {Telnet} --again {file}")).Exit.ShouldBe(2, "either a packet or a record");
        (await _agent.AskAsync("trace")).Exit.ShouldBe(2, "either a packet or a record");
        await File.WriteAllTextAsync(file, "{ nothing");
        var refused = await _agent.AskAsync($"trace --again {file}");
        (refused.Exit, refused.Out.Contains("this is no recorded trace", StringComparison.Ordinal)).ShouldBe((1, true), refused.Out);
        ((string)(await _client.PostAsync("/v1/trace", "{}"))["error"]!["code"]!).ShouldBe("FABRIC-5006");
        await _client.PostAsync("/v1/apply", Shop);
    }

    [Test]
    public async Task EventsTellWhoAndWhyAndAreFoundByText()
    {
        var found = (await _client.GetAsync("/v1/events?q=shop%20opens"))["items"]!.AsArray();

        found.Count.ShouldBe(1);
        ((string)found[0]!["reason"]!).ShouldBe("the shop opens");
        ((string)found[0]!["summary"]!).ShouldContain("1 router created");
        var page = await _client.GetAsync("/v1/events?limit=1");
        var next = (long)page["next"]!;
        ((long)(await _client.GetAsync($"/v1/events?limit=1&before={next}"))["items"]![0]!["position"]!).ShouldBe(next - 1);
    }

    /// <summary>The command line tells the same as the pages.</summary>
    [Test]
    public async Task EventsAndDropsAreTheSameByTheCommandLine()
    {
        var told = JsonNode.Parse((await _agent.AskAsync("events -o json -n 3")).Out)!["items"]!.AsArray();
        var events = (await _client.GetAsync("/v1/events?limit=3"))["items"]!.AsArray();

        told.Count.ShouldBeGreaterThan(0);
        told.Select(item => $"{item!["position"]} {item["author"]} {item["summary"]}")
            .ShouldBe(events.Select(item => $"{item!["position"]} {item["author"]} {item["summary"]}"));
        (await _agent.AskAsync("events --filter opens")).Out.ShouldContain("1 router created");
        (await _agent.AskAsync("events -n 0")).Exit.ShouldBe(2);
        (await _agent.AskAsync("drops")).Error.ShouldContain("nothing was dropped that is still known");
    }

    [Test]
    public async Task APlanTellsTheDifferenceAndTheCommandThatRepeatsItAndChangesNothing()
    {
        const string wish = "fabric: v1\ntenants: { shop: { bridges: { web: { admin: down } } } }";
        var position = (long)(await _client.GetAsync("/v1/map"))["position"]!;

        var plan = await _client.PostAsync("/v1/plan", wish);

        ((string)plan["words"]!).ShouldBe("1 to update");
        plan["diff"]!.AsArray().Select(line => (string)line!).ShouldContain(line => line.StartsWith('+') && line.Contains("admin: down"));
        ((string)plan["command"]!).ShouldBe($"fabric apply -f - <<'END'\n{wish}\nEND");
        ((long)(await _client.GetAsync("/v1/map"))["position"]!).ShouldBe(position);
    }

    [Test]
    public async Task AMistakeInADescriptionIsAnsweredWithItsPlace()
    {
        const string wrong = "fabric: v1\ntenants: { shop: { ports: { p: { on: nowhere } } } }";

        var plan = await _client.PostAsync("/v1/plan", wrong);

        plan["changes"].ShouldBeNull();
        ((string)plan["problems"]![0]!).ShouldContain("page:2:");
        ((string)(await _client.PostAsync("/v1/apply", wrong))["problem"]!).ShouldContain("there is no bridge 'shop/nowhere'");
    }

    [TestCase("/v1/map?at=99999999", HttpStatusCode.NotFound)]
    [TestCase("/v1/map?at=-1", HttpStatusCode.NotFound)]
    [TestCase("/v1/map?at=yesterday", HttpStatusCode.BadRequest)]
    [TestCase("/v1/list?kind=nonsense", HttpStatusCode.NotFound)]
    [TestCase("/v1/list", HttpStatusCode.BadRequest)]
    [TestCase("/v1/device?kind=port&name=shop/nobody", HttpStatusCode.NotFound)]
    [TestCase("/v1/device?kind=planet&name=shop/web1", HttpStatusCode.NotFound)]
    [TestCase("/v1/drops?kind=port&name=shop/nobody", HttpStatusCode.NotFound)]
    [TestCase("/v1/drops?host=nobody", HttpStatusCode.NotFound)]
    [TestCase("/v1/device?kind=port&name=shop/web1&host=h1,nobody", HttpStatusCode.NotFound)]
    [TestCase("/v1/flows?limit=0", HttpStatusCode.BadRequest)]
    [TestCase("/v1/carried?kind=planet&name=x", HttpStatusCode.NotFound)]
    [TestCase("/v1/carried?kind=host&name=h1", HttpStatusCode.NotFound)]
    [TestCase("/v1/carried?kind=bridge", HttpStatusCode.NotFound)]
    [TestCase("/v1/carried?kind=link&host=nobody", HttpStatusCode.NotFound)]
    [TestCase("/v1/related?id=tunnel/h1", HttpStatusCode.NotFound)]
    [TestCase("/v1/related?id=port/shop/web1&at=0", HttpStatusCode.NotFound)]
    [TestCase("/v1/nothing", HttpStatusCode.NotFound)]
    public async Task ABadQuestionIsRefusedInWords(string path, HttpStatusCode status) =>
        (await _client.SendAsync(HttpMethod.Get, path)).StatusCode.ShouldBe(status);

    [Test]
    public async Task ATraceOfNonsenseSaysWhereItIsNotUnderstood() =>
        ((string)(await _client.PostAsync("/v1/trace", "in_port=web1,tcp,nw_dst=300.1.1.1"))["error"]!["message"]!).ShouldNotBeEmpty();

    [Test]
    public async Task AWatcherHearsHowTheAgentIs(CancellationToken cancellation)
    {
        var pulse = await PulseAsync(cancellation);

        ((string)pulse["status"]!["host"]!).ShouldBe("h1");
        pulse["alarms"]!.AsArray().Select(alarm => (string)alarm!["severity"]!).ShouldNotContain("critical");
    }

    [Test]
    public async Task MoreThanTheLimitMayNotWatchUntilOthersHaveGone(CancellationToken cancellation)
    {
        var watchers = new List<HttpResponseMessage>();
        while (watchers.Count <= PulseLoop.MaxWatchers && watchers.All(watcher => watcher.StatusCode == HttpStatusCode.OK))
            watchers.Add(await _client.SendAsync(HttpMethod.Get, "/v1/watch"));
        watchers[^1].StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        watchers.ForEach(watcher => watcher.Dispose());
        for (var status = HttpStatusCode.ServiceUnavailable; status != HttpStatusCode.OK; )
        {
            cancellation.ThrowIfCancellationRequested();
            using var next = await _client.SendAsync(HttpMethod.Get, "/v1/watch");
            status = next.StatusCode;
        }
    }

    [Test]
    public async Task AnAlarmThatThereIsNotCannotBeAcknowledged()
    {
        (await _client.SendAsync(HttpMethod.Post, "/v1/alarms/acknowledge?key=none", "")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var told = await _agent.AskAsync("alarms --acknowledge none");
        (told.Exit, told.Error.Split('\n')[0]).ShouldBe((3, "fabric: there is no alarm 'none'"));
    }

    [Test]
    public async Task AlarmsAreTheSameByTheCommandLine()
    {
        var told = JsonNode.Parse((await _agent.AskAsync("alarms -o json")).Out)!["items"]!.AsArray();
        var items = (await _client.GetAsync("/v1/alarms"))["items"]!.AsArray();

        told.Select(alarm => $"{alarm!["key"]} {alarm["what"]}").ShouldBe(items.Select(alarm => $"{alarm!["key"]} {alarm["what"]}"));
        (await _agent.AskAsync("alarms --history -o json")).Exit.ShouldBe(0);
    }

    private async Task<JsonObject> PulseAsync(CancellationToken cancellation)
    {
        using var answer = await _client.SendAsync(HttpMethod.Get, "/v1/watch");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        (await reader.ReadLineAsync(cancellation)).ShouldBe("event: pulse");
        var data = (await reader.ReadLineAsync(cancellation))!;
        data.ShouldStartWith("data: ");
        return JsonNode.Parse(data[6..])!.AsObject();
    }

    private static string Example(ApiCall call) =>
        call.Path switch
        {
            "/v1/capture" => "/v1/capture?port=shop/web1&capture=one&after=0",
            "/v1/carried" => "/v1/carried?kind=link",
            "/v1/related" => "/v1/related?id=port/shop/web1",
            "/v1/device" => "/v1/device?kind=port&name=shop/web1",
            "/v1/list" => "/v1/list?kind=ports",
            "/v1/search" => "/v1/search?q=web",
            "/v1/reached" => "/v1/reached?position=1&level=agents&wait_ms=0",
            _ => call.Path,
        };
}
