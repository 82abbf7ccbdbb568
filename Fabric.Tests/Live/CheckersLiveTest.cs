using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>Three hosts with a member of a pool each: one of them checks all, and another goes on when its agent is killed.</summary>
[Category("HereOnly")]
[Category("Faults")]
public class CheckersLiveTest : LiveTest
{
    private const int Port = 7000;
    private const string Asked = "checked_members";

    private ThreeHosts _hosts = null!;

    [SetUp]
    public async Task BringUp() => _hosts = await ThreeHosts.UpAsync();

    [TearDown]
    public void TakeDown() => _hosts?.Dispose();

    [Test]
    public async Task WhenTheAgentThatChecksIsKilledAnotherGoesOn()
    {
        var stations = new Dictionary<string, string>
        {
            ["h1"] = "web1",
            ["h2"] = "web2",
            ["h3"] = "db1",
        };
        var listeners = stations.ToDictionary(pair => pair.Key, pair => Listen(_hosts.Guest(pair.Value).HostInterface));
        try
        {
            var applied = await _hosts.AskAsync("h1", "apply -f - --wait", Description());
            applied.Exit.ShouldBe(0, applied.Error);
            var checker = "";
            Eventually(() => Checkers() is [var only] && CheckedBy(checker = only) == stations.Count, "one host that checks all members");
            var others = stations.Keys.Where(host => host != checker).ToList();
            Eventually(() => stations.Values.All(station => HealthAt(others[0], station) == "up"), "that all are up");

            _hosts.Signal(checker, Libc.SIGKILL);
            var killed = Stopwatch.GetTimestamp();
            listeners[others[1]].Dispose();

            var member = stations[others[1]];
            Eventually(() => HealthAt(others[0], member) == "down: nothing listens at the port", "that another finds it down");
            TestContext.Out.WriteLine(
                $"found by another {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s after the end of who checked"
            );
            Eventually(() => others.Sum(CheckedBy) == stations.Count, "that one of the others checks all members");
            HealthAt(others[0], stations[others[0]])
                .ShouldNotContain("not checked", Case.Sensitive, "who goes on knows what was found before");
            // A check that was late may have failed meanwhile.
            Eventually(() => HealthAt(others[0], stations[others[0]]) == "up", "that what listens is up");
        }
        finally
        {
            foreach (var listener in listeners.Values)
                listener.Dispose();
        }
    }

    private List<string> Checkers() => [.. _hosts.Plan.HostNames.Where(host => CheckedBy(host) > 0)];

    private int CheckedBy(string host) => (int?)_hosts.StatusOf(host)?[Asked] ?? 0;

    private string HealthAt(string host, string member)
    {
        var told = JsonNode.Parse(_hosts.AskAsync(host, "balancers -o json").GetAwaiter().GetResult().Out)!;
        return $"{told["items"]!.AsArray().Single(item => $"{item!["member"]}" == member)!["health"]}";
    }

    private static Socket Listen(string space)
    {
        var listener = NetworkNamespace.Run(space, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Any, Port));
        listener.Listen();
        return listener;
    }

    private string Description()
    {
        const string plain = "      r1: {}\n";
        var pool = $$"""
                  r1:
                    pools:
                      web:
                        check: { kind: tcp, interval: 1s, timeout: 1s, rise: 1, fall: 2 }
                        members:
                          web1: { to: 10.1.0.11, to-port: {{Port}} }
                          web2: { to: 10.1.0.12, to-port: {{Port}} }
                          db1: { to: 10.2.0.11, to-port: {{Port}} }
                    balancers:
                      web: { vip: 10.3.0.1, proto: tcp, ports: {{Port}}, pool: web }

            """;
        var text = LabDescription.Text(_hosts.Plan).Text;
        text.ShouldContain(plain);
        return text.Replace(plain, pool, StringComparison.Ordinal);
    }
}
