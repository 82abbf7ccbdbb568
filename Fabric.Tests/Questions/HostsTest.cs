using System.Net;
using System.Text.Json.Nodes;
using Fabric.Tests.Api;
using Fabric.Tests.Cli;

namespace Fabric.Tests.Questions;

/// <summary>An agent that is asked for hosts which have none: it says so at once. What hosts tell each other is tried by MembersLiveTest.</summary>
[CancelAfter(300_000)]
[NonParallelizable]
public sealed class HostsTest
{
    private DirectoryInfo _folder = null!;
    private AgentRun _agent = null!;
    private SocketClient _client = null!;

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("fabric-hosts-");
        _agent = await AgentRun.StartAsync(_folder.FullName, Path.Combine(_folder.FullName, "journal.db"));
        _client = new SocketClient(_agent.Socket);
        (await _agent.AskAsync("apply -f -", "fabric: v1\nhosts: { h1: {}, h2: { underlay: 192.0.2.2 } }")).Exit.ShouldBe(0);
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        _client?.Dispose();
        await (_agent?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder?.Delete(recursive: true);
    }

    [TestCase("/v1/drops")]
    [TestCase("/v1/flows")]
    [TestCase("/v1/traffic")]
    [TestCase("/v1/ports")]
    [TestCase("/v1/nodes")]
    public async Task EveryHostIsNamedWhetherItAnswersOrNot(string path)
    {
        StatesOf(await _client.GetAsync(path)).ShouldBe("h1 answered 0");
        StatesOf(await _client.GetAsync($"{path}?host=h2,h1")).ShouldBe("h2 unreachable -, h1 answered 0");
        StatesOf(await _client.GetAsync($"{path}?host=all")).ShouldBe("h1 answered 0, h2 unreachable -");
        (await _client.SendAsync(HttpMethod.Get, $"{path}?host=h1,h9")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [TestCase("drops -o json")]
    [TestCase("flows --host all -o json")]
    [TestCase("top rules --host all --interval 0.1 -o json")]
    [TestCase("nodes -o json")]
    public async Task TheCommandLineNamesThemBesideTheResult(string line)
    {
        var told = await _agent.AskAsync(line);

        told.Exit.ShouldBe(0, told.Error);
        told.Error.ShouldBe("host h2 has no agent that can be reached; nothing of it is shown\n");
        JsonNode.Parse(told.Out)!["items"].ShouldNotBeNull();
    }

    [Test]
    public async Task AHostThatThereIsNotIsNotFound()
    {
        var told = await _agent.AskAsync("drops --host h9");

        (told.Exit, told.Error.Split('\n')[0]).ShouldBe((3, "fabric: there is no host 'h9'; did you mean 'h1'?"));
    }

    [Test]
    public async Task AFilterThatIsHugeIsRefusedInWords()
    {
        using var answer = await _client.SendAsync(HttpMethod.Get, $"/v1/flows?q={new string('x', 257)}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("a filter has 256 characters at most");
    }

    /// <summary>The page, the command and the API tell of a node the same.</summary>
    [Test]
    public async Task ANodeIsToldWithItsVersionAndHowFastItDecides()
    {
        var node = (await _client.GetAsync("/v1/nodes"))["items"]![0]!;
        var status = await _agent.StatusAsync();

        ((string)node["version"]!).ShouldBe((string)status["version"]!);
        ((string)node["datapath"]!).ShouldBe("memory");
        node["setup_p50_ms"].ShouldBeNull("nothing was decided");
        (await _agent.AskAsync("nodes --host h1 --columns host,datapath --no-headings")).Out.ShouldBe("h1  memory\n");
        (await _agent.AskAsync("status --columns name,value")).Out.ShouldContain("flow_setup");
    }

    private static string StatesOf(JsonObject answer) =>
        string.Join(", ", answer["hosts"]!.AsArray().Select(host => $"{host!["name"]} {host["state"]} {host["age_s"]?.ToString() ?? "-"}"));
}
