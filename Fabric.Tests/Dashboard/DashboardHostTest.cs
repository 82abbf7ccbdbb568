using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Fabric.Agent.Dashboard;
using Fabric.Agent.Errors;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Dashboard;

/// <summary>Who is answered by the server of the pages, and what they may do.</summary>
[CancelAfter(300_000)]
[NonParallelizable]
public class DashboardHostTest
{
    private const string Wish = "fabric: v1\ntenants: { t: { bridges: { b: {} } } }";

    private static readonly DashboardAssets s_assets = DashboardAssets.Of(
        (DashboardAssets.Index, DashboardAssets.Compress("index.html", new MemoryStream("<!doctype html>page"u8.ToArray()))),
        ("assets/a.js", DashboardAssets.Compress("a.js", new MemoryStream("script"u8.ToArray())))
    );

    private DirectoryInfo _folder = null!;
    private AgentRun _agent = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-pages-");
        _agent = await AgentRun.StartAsync(_folder.FullName, Path.Combine(_folder.FullName, "journal.db"));
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        await (_agent?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }

    [Test]
    public async Task APageIsForAllWhatItShowsIsForThoseWithTheToken()
    {
        await using var dashboard = await StartAsync(allowsChanges: false);
        using var stranger = Client(dashboard, token: null);
        (await stranger.GetStringAsync("/")).ShouldContain("page");
        (await stranger.GetAsync("/v1/status")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await stranger.GetAsync("/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var guesser = Client(dashboard, new string('A', 43));
        (await guesser.GetAsync("/v1/status")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var operatorOf = Client(dashboard, TokenOf(dashboard));
        ((string)JsonNode.Parse(await operatorOf.GetStringAsync("/v1/status"))!["host"]!).ShouldBe("h1");
        ((bool)JsonNode.Parse(await operatorOf.GetStringAsync("/session"))!["allows_changes"]!).ShouldBeFalse();
    }

    /// <summary>Prometheus cannot follow a token that is new with each start; whoever starts the dashboard says whether it needs one.</summary>
    [TestCase(false, HttpStatusCode.Unauthorized)]
    [TestCase(true, HttpStatusCode.OK)]
    public async Task MetricsNeedTheTokenUnlessTheyAreOpened(bool opensMetrics, HttpStatusCode forStrangers)
    {
        await using var dashboard = await StartAsync(allowsChanges: false, opensMetrics);
        using var stranger = Client(dashboard, token: null);
        (await stranger.GetAsync("/metrics")).StatusCode.ShouldBe(forStrangers);
        (await stranger.GetAsync("/v1/status")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await stranger.PostAsync("/metrics", new StringContent(""))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var operatorOf = Client(dashboard, TokenOf(dashboard));
        var answer = await operatorOf.GetAsync("/metrics");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("fabric_build_info{host=\"h1\",version=");
    }

    [Test]
    public async Task ATokenOfAnotherRunIsOld()
    {
        string old;
        await using (var before = await StartAsync(allowsChanges: true))
            old = TokenOf(before);
        await using var dashboard = await StartAsync(allowsChanges: true);
        using var client = Client(dashboard, old);
        var answer = await client.GetAsync("/v1/status");
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("wrong or old");
    }

    [Test]
    public async Task WhoOnlyLooksChangesNothing()
    {
        await using var dashboard = await StartAsync(allowsChanges: false);
        using var client = Client(dashboard, TokenOf(dashboard));

        (await client.PostAsync("/v1/plan", new StringContent(Wish))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync("/v1/trace", new StringContent("x"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync("/v1/apply", new StringContent(Wish))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.PostAsync("/v1/commands", new StringContent(Wish))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.DeleteAsync("/v1/status")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.PostAsync("/", new StringContent(""))).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Test]
    public async Task WithLeaveAChangeIsStoredUnderTheNameThatTheKernelVouchesFor()
    {
        await using var dashboard = await StartAsync(allowsChanges: true);
        using var client = Client(dashboard, TokenOf(dashboard));

        var answer = await client.PostAsync("/v1/apply?reason=tried", new StringContent(Wish, Encoding.UTF8, "text/plain"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var entry = JsonNode.Parse(await client.GetStringAsync("/v1/events?limit=1"))!["items"]![0]!;
        ((string)entry["author"]!, (string)entry["reason"]!).ShouldBe((Environment.UserName, "tried"));
        (await client.PostAsync("/v1/commands", new StringContent(Wish))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    /// <summary>A page of somebody else whose name is made to point at 127.0.0.1 has the user's browser, but not our name.</summary>
    [Test]
    public async Task AnotherNameForThisMachineIsRefused()
    {
        await using var dashboard = await StartAsync(allowsChanges: false);
        using var client = Client(dashboard, TokenOf(dashboard));
        client.DefaultRequestHeaders.Host = "evil.example";

        (await client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await client.GetAsync("/v1/status")).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    [Test]
    public async Task NothingOfElsewhereMayRunInAPage()
    {
        await using var dashboard = await StartAsync(allowsChanges: false);
        dashboard.Address.Host.ShouldBe("127.0.0.1");
        using var client = Client(dashboard, token: null);
        var page = await client.GetAsync("/port/shop/web1");

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldNotContain("unsafe");
        (await page.Content.ReadAsStringAsync()).ShouldContain("page", Case.Sensitive, "a path of the page's own is the page");
        (await client.GetStringAsync("/assets/a.js")).ShouldBe("script");
    }

    [Test]
    public async Task AnAgentThatIsAwayIsToldAsThat()
    {
        await using var dashboard = await DashboardHost.StartAsync(
            s_assets,
            Path.Combine(_folder.FullName, "nobody.sock"),
            0,
            allowsChanges: false,
            opensMetrics: false,
            CancellationToken.None
        );
        using var client = Client(dashboard, TokenOf(dashboard));
        var answer = await client.GetAsync("/v1/status");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("no agent answers at");
    }

    [Test]
    public async Task APortThatIsTakenIsRefusedByItsNumber()
    {
        await using var first = await StartAsync(allowsChanges: false);
        var taken = await Should.ThrowAsync<FabricException>(() =>
            DashboardHost.StartAsync(
                s_assets,
                _agent.Socket,
                first.Address.Port,
                allowsChanges: false,
                opensMetrics: false,
                CancellationToken.None
            )
        );
        taken.Problems[0].Entry.ShouldBe(DashboardErrors.PortTaken);
    }

    private Task<DashboardHost> StartAsync(bool allowsChanges, bool opensMetrics = false) =>
        DashboardHost.StartAsync(s_assets, _agent.Socket, 0, allowsChanges, opensMetrics, CancellationToken.None);

    private static string TokenOf(DashboardHost dashboard) => dashboard.Address.Fragment["#token=".Length..];

    private static HttpClient Client(DashboardHost dashboard, string? token)
    {
        var client = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.All })
        {
            BaseAddress = new Uri(dashboard.Address.GetLeftPart(UriPartial.Authority)),
        };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
