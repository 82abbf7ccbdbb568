using Fabric.Addresses;
using Fabric.Agent;
using Fabric.Agent.Lab;
using Fabric.Tests.Live;

namespace Fabric.Tests.Kernel;

/// <summary>An agent with two upcall threads, which on two processors run at once.</summary>
[Category("Smp")]
public class ThreadsKernelTest : KernelTest
{
    private const int Threads = 2;
    private const int Changes = 10;
    private const string Rule = "- { name: no-telnet, proto: tcp, dport: 23, do: drop }";

    private static readonly (string From, string To)[] s_pairs = [("web1", "db1"), ("web2", "db1"), ("db1", "web1"), ("web1", "web2")];

    private LiveNetwork _network = null!;

    [SetUp]
    public async Task Start() =>
        _network = await LiveNetwork.StartAsync(
            NetworkLiveTest.Yaml,
            new AgentOptions { Datapath = DatapathKind.Kernel, UpcallThreads = Threads }
        );

    [TearDown]
    public async Task End() => await _network.DisposeAsync();

    [Test]
    public async Task PingsThatNoChangeForbidsAllComeBackAndTheLastChangeHoldsForEveryThread()
    {
        _network.Agent.Shards.Length.ShouldBe(Threads);
        foreach (var (from, to) in s_pairs)
            _network.PingUntilAnswered(from, _network.AddressOf(to, IpFamily.V4));

        using var done = new CancellationTokenSource();
        var pings = s_pairs.Select(pair => Task.Run(() => PingUntil(pair.From, pair.To, done.Token))).ToArray();
        for (var change = 1; change <= Changes; change++)
            await _network.ApplyAsync(With($"- {{ name: no-telnet, proto: tcp, dport: {change}, do: drop }}"));
        await done.CancelAsync();
        var counts = await Task.WhenAll(pings).WaitAsync(Patience);

        counts.ShouldAllBe(count => count.Sent > 0 && count.Lost == 0);
        await _network.ApplyAsync(With("- { name: no-ping, proto: icmp, do: drop }"));
        foreach (var (from, to) in s_pairs)
        {
            if (to == "db1")
                _network.CountRepliesUntilSilent(from, _network.AddressOf(to, IpFamily.V4));
        }
    }

    private static string With(string rule) => NetworkLiveTest.Yaml.Replace(Rule, rule, StringComparison.Ordinal);

    private (int Sent, int Lost) PingUntil(string from, string to, CancellationToken done)
    {
        using var socket = EchoSocket.Open(_network.NameOf(from), IpFamily.V4);
        var (sent, lost) = (0, 0);
        do
        {
            sent++;
            // Far longer than a reply takes, so that only one that never comes counts as lost.
            if (!socket.Send(_network.AddressOf(to, IpFamily.V4), Patience / 3).IsReply)
                lost++;
        } while (!done.IsCancellationRequested);
        return (sent, lost);
    }
}
