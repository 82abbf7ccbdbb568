using System.Collections.Immutable;
using Fabric.Agent.Cli.Client;

namespace Fabric.Tests.Cli;

/// <summary>`fabric apply --wait`: how far a change has come when the command ends.</summary>
[CancelAfter(300_000)]
public sealed class WaitTest
{
    private const string Bridge = "fabric: v1\ntenants: { acme: { bridges: { net: {} } } }\n";
    private const string Bound =
        "fabric: v1\nhosts: { h1: {} }\ntenants: { acme: { bridges: { net: {} }, ports: { p1: { on: net, host: h1, interface: p1 } } } }\n";

    private const string Behind = """{ "hosts": 3, "behind": [{ "name": "h3", "state": "unreachable", "position": 9, "in_force": 7 }] }""";

    private DirectoryInfo _folder = null!;

    private string Journal => Path.Combine(_folder.FullName, "journal.db");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("fabric-wait-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [TestCase("--wait", "in force at 1 host after ")]
    [TestCase("--wait=dataplane", "in force at 1 host after ")]
    [TestCase("--wait agents", "known at 1 host after ")]
    [TestCase("--wait stored", "stored at position 2 after ")]
    public async Task ItIsToldHowFarAChangeHasComeAndHowLongThatTook(string option, string told)
    {
        await using var agent = await AgentRun.StartAsync(_folder.FullName, Journal);
        var applied = await agent.AskAsync($"apply -f - {option}", Bound);
        applied.Exit.ShouldBe(0, applied.Error);
        applied.Error.ShouldContain(told);
        if (option.Contains("stored"))
            return;
        ((long)(await agent.StatusAsync())["position"]!).ShouldBe(2);
        var again = await agent.AskAsync($"apply -f - {option}", Bound);
        again.Error.ShouldContain(told, customMessage: "one that changes nothing waits for what came before");
    }

    [Test]
    public async Task WhatNoHostIsConcernedByIsInForceAtOnce()
    {
        await using var agent = await AgentRun.StartAsync(_folder.FullName, Journal);
        var applied = await agent.AskAsync("apply -f - --wait", Bridge);
        applied.Exit.ShouldBe(0, applied.Error);
        applied.Error.ShouldContain("no host is concerned");
    }

    [Test]
    public async Task WhatIsStoredButNotInForceInTimeIsNamedAndHasAnExitCodeOfItsOwn()
    {
        var answer = new SubmitAnswer(9, 1, null, ["h1", "h2", "h3"]);
        await using var agent = new FakeAgent(new TopologyBuilder().Topology, answer, Behind);
        var applied = await Shell.RunAsync("apply -f - --wait --timeout 0.05", Bridge, "--socket", agent.Path);
        applied.Exit.ShouldBe(65);
        applied.Error.ShouldContain("the change is stored at position 9, but after ");
        applied.Error.ShouldContain("not in force at 1 host");
        applied.Error.ShouldContain("h3 (unreachable, in force is position 7)");
        applied.Error.ShouldContain("FABRIC-3206");
        agent.Asked.ShouldContain(asked => asked.StartsWith("/v1/reached?position=9&level=dataplane&wait_ms="));
        agent.Asked.ShouldContain(asked => asked.EndsWith("&hosts=h1%2Ch2%2Ch3"));
    }

    [TestCase("--wait=soon", "--wait wants stored, agents or dataplane, not 'soon'")]
    [TestCase("--wait --timeout -1", "--timeout wants 0 to 86400 seconds")]
    [TestCase("--wait --timeout soon", "--timeout wants 0 to 86400 seconds, not 'soon'")]
    public async Task AWrongWordIsAUsageError(string option, string told)
    {
        var applied = await Shell.RunAsync($"apply -f - {option}", Bridge);
        applied.Exit.ShouldBe(2);
        applied.Error.ShouldContain(told);
    }

    [Test]
    public async Task TheAgentRefusesAQuestionThatMakesNoSense()
    {
        await using var agent = await AgentRun.StartAsync(_folder.FullName, Journal);
        using var client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellation) =>
                {
                    var socket = new System.Net.Sockets.Socket(
                        System.Net.Sockets.AddressFamily.Unix,
                        System.Net.Sockets.SocketType.Stream,
                        System.Net.Sockets.ProtocolType.Unspecified
                    );
                    await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(agent.Socket), cancellation);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                },
            }
        );
        foreach (
            var question in ImmutableArray.Create(
                "level=dataplane",
                "position=1&level=soon&wait_ms=1",
                "position=1&level=agents&wait_ms=-1"
            )
        )
        {
            using var answer = await client.GetAsync($"http://fabric/v1/reached?{question}");
            answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest, question);
        }
    }
}
