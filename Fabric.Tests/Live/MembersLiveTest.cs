using System.Text.Json.Nodes;
using Fabric.Agent;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>Three hosts tell each other over the underlay that they live.</summary>
/// <remarks>Not in the guest kernel, where three agents take minutes to start.</remarks>
[Category("HereOnly")]
public class MembersLiveTest : LiveTest
{
    private LabPlan _plan = null!;

    [SetUp]
    public async Task BringUp()
    {
        LabName.TryParse($"m{Environment.ProcessId % 0x100000:x}", out var name).ShouldBeTrue();
        _plan = new LabPlan(name!, hosts: 3);
        await LabUpHost.RunAsync(_plan, DatapathKind.User, CancellationToken.None);
    }

    [TearDown]
    public void TakeDown() => LabDownHost.Run(_plan.Name);

    [Test]
    public void All_see_all_live_one_that_is_killed_is_unreachable_and_live_again_when_it_is_back()
    {
        foreach (var host in _plan.HostNames)
            Eventually(() => Seen(host) == "h1 live, h2 live, h3 live", $"all live as {host} sees it");
        // A lease alone makes a host live: its first heartbeat may come after.
        Eventually(() => (double?)MemberOf("h1", "h3")["heard_s"] < 3, "that h1 hears h3");

        var third = DaemonHost.FindByArgument(_plan.SocketOf("h3")).ShouldHaveSingleItem();
        Libc.kill(third.Id, Libc.SIGKILL).ShouldBe(0);
        Eventually(() => Seen("h1") == "h1 live, h2 live, h3 unreachable", "its death at h1");
        Eventually(() => Seen("h2") == "h1 live, h2 live, h3 unreachable", "its death at h2");
        // By its silence: its lease is good for fifteen seconds.
        ((double)MemberOf("h1", "h3")["lease_s"]!).ShouldBeLessThan(15);

        string[] arguments =
        [
            .. (string[])["agent", "--socket", _plan.SocketOf("h3"), "--journal", _plan.Name.Journal, "--host", "h3"],
            .. (string[])["--state", _plan.StateOf("h3")],
        ];
        var program = Path.Combine(AppContext.BaseDirectory, "Fabric.Agent");
        NetworkNamespace.Run(_plan.NamespaceOf("h3")!, () => DaemonHost.Start(program, arguments, _plan.LogOf("h3")));
        foreach (var host in _plan.HostNames)
            Eventually(() => Seen(host) == "h1 live, h2 live, h3 live", $"its return as {host} sees it");
    }

    private JsonArray MembersOf(string by)
    {
        using var patience = new CancellationTokenSource(Patience);
        return ReadAsync(_plan.SocketOf(by), patience.Token).GetAwaiter().GetResult();
    }

    private static async Task<JsonArray> ReadAsync(string socket, CancellationToken cancellation)
    {
        await using var agent = AgentSession.Open(socket);
        return (JsonArray)(await agent.StatusAsync(cancellation))["members"]!;
    }

    private JsonNode MemberOf(string by, string of) => MembersOf(by).Single(member => (string)member!["name"]! == of)!;

    private string Seen(string by)
    {
        if (!File.Exists(_plan.SocketOf(by)))
            return "";
        try
        {
            return string.Join(", ", MembersOf(by).Select(member => $"{member!["name"]} {member["state"]}"));
        }
        catch (Fabric.Agent.Errors.FabricException)
        {
            return "";
        }
    }
}
