using Fabric.Agent.Dashboard;
using Fabric.Agent.Host;
using Fabric.Tests.Live;

namespace Fabric.Tests.Dashboard;

/// <summary>The pages in a browser, on a lab of three hosts: stories that pages.mjs tells, each a test.</summary>
/// <remarks>With FABRIC_PICTURES=FOLDER it takes pictures instead (`./build.sh pictures`).</remarks>
[Category("HereOnly")]
[Category("Faults")]
public class DashboardLiveTest : LiveTest
{
    private static readonly string s_modules = Repository.File("artifacts", "dashboard", "work");

    private static readonly string? s_pictures = Environment.GetEnvironmentVariable("FABRIC_PICTURES");

    // A minute and a half where nothing else runs.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, string> _told = [];
    private ThreeHosts? _hosts;

    [OneTimeSetUp]
    public async Task TellStories()
    {
        if (DashboardAssets.Load() is null || !Directory.Exists(Path.Combine(s_modules, "node_modules")))
            Assert.Ignore("built without the dashboard's pages: they need Node.js 20 or newer with npm, and ./build.sh");
        if (FindProgram("chromium") is not { } browser)
        {
            Assert.Ignore("there is no chromium");
            return;
        }
        _hosts = await ThreeHosts.UpAsync();
        // Packets that are really dropped, and some that are not. Those of web2 are decided at h2, where they come in.
        foreach (var (from, at) in ((string, string)[])[("web1", "h1"), ("web2", "h2")])
            Eventually(() => IsDropped(from, at), $"a packet of {from} that is dropped");
        using var traffic = HostProcess.Start(_hosts.Guest("web1").HostInterface, "ping", "-q", "-i", "0.1", "10.2.0.11");
        await using var dashboard = await DashboardHost.StartAsync(
            _hosts.Plan.SocketOf("h1"),
            0,
            allowsChanges: true,
            opensMetrics: false,
            CancellationToken.None
        );
        var given = new System.Text.Json.Nodes.JsonObject
        {
            ["modules"] = s_modules,
            ["chromium"] = browser,
            ["url"] = dashboard.Address.AbsoluteUri,
            ["fabric"] = Path.Combine(AppContext.BaseDirectory, "Fabric.Agent"),
            ["socket"] = _hosts.Plan.SocketOf("h1"),
            ["victim"] = PidOf("h3"),
            ["self"] = PidOf("h1"),
            ["pictures"] = s_pictures is null ? null : Repository.File(s_pictures),
        };
        var script = Repository.File("Fabric.Tests", "Dashboard", "pages.mjs");
        var told = await Task.Run(() => HostProcess.Run(s_patience, null, "node", [script, given.ToJsonString()]));
        TestContext.Progress.WriteLine(told.Output);
        told.ExitCode.ShouldBe(0, told.Output + told.Error);
        foreach (var line in told.Output.Split('\n'))
        {
            if (line.StartsWith("ok ", StringComparison.Ordinal))
                _told[line[3..].Trim()] = "";
            else if (line.StartsWith("not ok ", StringComparison.Ordinal) && line[7..].Split(": ", 2) is [var name, var why])
                _told[name] = why;
        }
    }

    [OneTimeTearDown]
    public void TakeDown() => _hosts?.Dispose();

    [TestCase("every page opens, asks nobody else, and weighs little")]
    [TestCase("axe finds nothing on any page in either theme")]
    [TestCase("the front page says why a packet was dropped, and why one would be")]
    [TestCase("what happened at another host is told at any")]
    [TestCase("what is clicked on the map lights up what belongs to it, and the address holds it")]
    [TestCase("links tell what they carry while devices are shown, and a device's page what it carries each second")]
    [TestCase("a newcomer is told what a flow is")]
    [TestCase("the map is no more than can be taken in, and where it was")]
    [TestCase("five thousand things are drawn, dragged and zoomed")]
    [TestCase("a trace is told step by step, as text the same as the command line, and a URL repeats it")]
    [TestCase("the slider shows the network as it was")]
    [TestCase("a page of the past says what is not known of it, and its links stay there")]
    [TestCase("the map and every list are saved as files")]
    [TestCase("a trace, the flows and every chart are saved as files")]
    [TestCase("an address shows the same view in a browser that has seen nothing")]
    [TestCase("drops that are not kept are counted")]
    [TestCase("a rule is changed after a preview, and its effect is seen")]
    [TestCase("all of it by keys alone")]
    [TestCase("the rows of a list are those of the command line")]
    [TestCase("without the token there is only the door")]
    [TestCase("an agent that is killed is an alarm soon after its time")]
    [TestCase("a pulse that waited on its way is as old as it is")]
    [TestCase("an agent that falls silent leaves a picture that says how old it is")]
    public void Story(string name)
    {
        SkipAfterPictures();
        _told.ShouldContainKey(name, "the story was not told");
        _told[name].ShouldBe("");
    }

    /// <summary>A story that no test asks for would fail unheard.</summary>
    [Test]
    public void Every_story_is_a_test()
    {
        SkipAfterPictures();
        var tests = GetType().GetMethod(nameof(Story))!.GetCustomAttributes(typeof(TestCaseAttribute), false);
        _told.Keys.ShouldBe(tests.Cast<TestCaseAttribute>().Select(test => (string)test.Arguments[0]!), ignoreOrder: true);
    }

    private static void SkipAfterPictures()
    {
        if (s_pictures is not null)
            Assert.Ignore("pictures were taken");
    }

    private bool IsDropped(string from, string at)
    {
        _hosts!.TryTelnet(from);
        var drops = _hosts.AskAsync(at, "drops --host " + at).GetAwaiter().GetResult();
        return drops.Out.Contains($"{from} -> db1 tcp/23 dropped", StringComparison.Ordinal);
    }

    private int PidOf(string host) => DaemonHost.FindByArgument(_hosts!.Plan.SocketOf(host)).ShouldHaveSingleItem().Id;

    private static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
