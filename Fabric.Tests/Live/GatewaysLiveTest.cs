using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>Redundant gateways, by which connections of a station go on.</summary>
[Category("HereOnly")]
public class GatewaysLiveTest : LiveTest
{
    // A kernel asks again after a second (RFC 6298, section 2.1).
    private static readonly TimeSpan s_repeated = TimeSpan.FromSeconds(0.9);

    private RedundantGateways _gateways = null!;

    [OneTimeSetUp]
    public async Task BringUp()
    {
        _gateways = await RedundantGateways.UpAsync("10.1.0.11");
        foreach (var space in (string[])[_gateways.Machine.Name, _gateways.SpaceOf("web1"), _gateways.SpaceOf("db2")])
            _gateways.Listen(space);
    }

    [OneTimeTearDown]
    public void TakeDown() => _gateways?.Dispose();

    [TestCase("two")]
    [TestCase("three")]
    public async Task AnswersMayComeInByEitherGateway(string way)
    {
        _gateways.AnswerBy(way);
        var slowest = TimeSpan.Zero;
        using var pairs = new ConnectionPairs(_gateways.Listeners);
        for (var i = 0; i < 40; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var client = _gateways.Connect(_gateways.SpaceOf("web1"), IPAddress.Any, RedundantGateways.Outside);
            await pairs.AddAsync(client);
            var took = Stopwatch.GetElapsedTime(started);
            // A machine that is busy may be as slow as that.
            if (took > s_repeated && CountRepeated(client) > 0)
                Assert.Fail(
                    $"a handshake that is repeated takes a second; connection {i} took {took.TotalSeconds:0.00} seconds:\n{_gateways.Describe()}"
                );
            slowest = took > slowest ? took : slowest;
        }
        pairs.Remote.ShouldAllBe(address => address == RedundantGateways.Translated);
        await pairs.ExchangeAsync();
        TestContext.Out.WriteLine($"the slowest of {pairs.Count} connections took {slowest.TotalMilliseconds:0} ms");
    }

    [Test]
    public async Task AGatewaysHostIsLostAndNoConnectionIs()
    {
        const int each = 350;
        _gateways.AnswerBy("two");
        using var pairs = await _gateways.OpenAsync(_gateways.SpaceOf("web1"), each);

        using var link = FaultyLink.Open(_gateways.Hosts.Plan, "h2");
        Eventually(() => _gateways.StateOf("h1", "h2") == "up", "a good way");
        var lost = Stopwatch.GetTimestamp();
        link.Fault = LinkFault.Loss(1);
        _gateways.AnswerBy("three");
        // All of them speak at once, each in both directions, as soon as there is a way.
        await pairs.ExchangeAsync();
        var took = Stopwatch.GetElapsedTime(lost);
        TestContext.Out.WriteLine($"{pairs.Count} connections went on within {took.TotalSeconds:0.00} s");
        link.Fault = LinkFault.None;
        Eventually(() => _gateways.StateOf("h1", "h2") == "up" && _gateways.StateOf("h2", "h1") == "up", "that the way is up again");
    }

    [Test]
    public void ATransferThatIsUnderWayGoesOn()
    {
        _gateways.AnswerBy("two");
        using var server = HostProcess.Start(
            _gateways.Machine.Name,
            "iperf3",
            "--server",
            "--one-off",
            "--bind",
            RedundantGateways.Outside
        );
        Eventually(() => ListeningPort.Exists(_gateways.Machine.Name, ListeningPort.Iperf), "the server of iperf3");
        string[] words =
        [
            "--client",
            RedundantGateways.Outside,
            "--time",
            "20",
            "--bitrate",
            "20M",
            "--interval",
            "0.5",
            "--json",
            "--connect-timeout",
            "30000",
        ];
        using var client = HostProcess.Start(_gateways.SpaceOf("web1"), "iperf3", words);
        var before = _gateways.SentBy("two");
        Eventually(
            () => _gateways.SentBy("two") > before + 50,
            () => $"answers by the first gateway: {client.WaitForExit(Patience)}\n{_gateways.Describe()}"
        );

        using var fault = FaultyLink.Open(_gateways.Hosts.Plan, "h2");
        fault.Fault = LinkFault.Loss(1);
        // Until then answers are lost, so there is something to be felt.
        Eventually(() => _gateways.StateOf("h1", "h2") == "down", "that the way is down");
        _gateways.AnswerBy("three");
        var result = client.WaitForExit(Patience);
        fault.Fault = LinkFault.None;

        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        var told = JsonNode.Parse(result.Output)!;
        var carried = told["intervals"]!.AsArray().Select(half => (double)half!["sum"]!["bytes"]! > 0).ToList();
        var repeated = (long)told["end"]!["sum_sent"]!["retransmits"]!;
        TestContext.Out.WriteLine(
            $"{string.Concat(carried.Select(isAny => isAny ? '+' : '-'))} half seconds with data, {repeated} segments repeated"
        );
        repeated.ShouldBePositive("the loss is felt");
        carried[^1].ShouldBeTrue("data in the last half second");
        var (sent, received) = ((long)told["end"]!["sum_sent"]!["bytes"]!, (long)told["end"]!["sum_received"]!["bytes"]!);
        received.ShouldBeInRange(sent - (4 << 20), sent, "all but what was on its way");
        Eventually(() => _gateways.StateOf("h1", "h2") == "up" && _gateways.StateOf("h2", "h1") == "up", "that the way is up again");
    }

    /// <summary>Segments that a socket has sent more than once, its first included.</summary>
    private static int CountRepeated(Socket socket)
    {
        // linux/tcp.h: TCP_INFO, and tcpi_total_retrans of struct tcp_info.
        const int tcp = 6;
        const int info = 11;
        const int totalRetransmissions = 100;
        var bytes = new byte[totalRetransmissions + sizeof(int)];
        socket.GetRawSocketOption(tcp, info, bytes);
        return BitConverter.ToInt32(bytes, totalRetransmissions);
    }
}
