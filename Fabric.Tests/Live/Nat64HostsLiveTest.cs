using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>A guest at h1 speaks IPv6, a machine outside, by an uplink at h2, IPv4: what goes out is taken across at h1, what comes in at h2.</summary>
/// <remarks>
/// <code>
/// web1 - h1 === h2 - up2 ---- two   [outside 198.51.100.1]
/// </code>
/// </remarks>
[Category("HereOnly")]
public class Nat64HostsLiveTest : LiveTest
{
    private const string Outside = "198.51.100.1";
    private const string Own = "192.0.2.50";
    private static readonly EmbeddingPrefix _prefix = new(IpPrefix.Parse("2001:db8:64::/96"));
    private static readonly string _outside6 = $"{_prefix.Embed(Ipv4Address.Parse(Outside))}";

    private ThreeHosts _hosts = null!;
    private TestNamespace _machine = null!;

    [OneTimeSetUp]
    public async Task BringUp()
    {
        _hosts = await ThreeHosts.UpAsync();
        _machine = new TestNamespace();
        _hosts.Uplink("h2", _machine, "two", "203.0.113.2/25");
        _machine.Routes.AddAddress(_machine.Routes.ReadLink("lo"), IpAddress.Parse(Outside), 32);
        string[] route = ["-n", _machine.Name, "route", "add", "192.0.2.0/24", "via", "203.0.113.1"];
        HostProcess.Run(Patience, null, "ip", route).ExitCode.ShouldBe(0);
        var applied = await _hosts.AskAsync("h1", "apply -f - --wait", Description());
        applied.Exit.ShouldBe(0, applied.Error);
        Eventually(IsAnswered, "that the machine outside answers: until the way is up, routers say that it is not");
    }

    [OneTimeTearDown]
    public void TakeDown()
    {
        _machine?.Dispose();
        _hosts?.Dispose();
    }

    [Test]
    public async Task ATransferCrossesBothHostsAndBothKnowTheConnection([Values] bool isFromOutside)
    {
        using var listener = SocketIn(_machine.Name, SocketType.Stream, AddressFamily.InterNetwork);
        listener.Bind(new IPEndPoint(IPAddress.Parse(Outside), 0));
        listener.Listen();
        using var client = SocketIn(Guest, SocketType.Stream, AddressFamily.InterNetworkV6);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await client.ConnectAsync(new IPEndPoint(IPAddress.Parse(_outside6), port)).WaitAsync(Patience);
        using var accepted = await listener.AcceptAsync().WaitAsync(Patience);
        ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString().ShouldBe(Own);
        var (sent, received) = isFromOutside ? Transfer.Run(accepted, client, 5 << 20) : Transfer.Run(client, accepted, 5 << 20);
        received.ShouldBe(sent);
        var listed = await _hosts.AskAsync("h1", "connections --output wide");
        listed.Out.ShouldContain($"-> [{_outside6}]:{port}");
        listed.Out.ShouldContain($"{Outside}:{port} -> {Own}:");
    }

    [Test]
    public void ThePingsOfAGuestAreAnswered()
    {
        using (var first = _hosts.Ping("web1", _outside6, 10))
            PingRun.CountOf(first.Lost()).ShouldBeLessThan(10, "the first may wait for neighbors");
        using var pings = _hosts.Ping("web1", _outside6, 50);
        pings.Lost(50).ShouldBe("");
    }

    private bool IsAnswered()
    {
        using var ping = _hosts.Ping("web1", _outside6, 1);
        return ping.Lost().Length == 0;
    }

    private string Guest => _hosts.Guest("web1").HostInterface;

    private static Socket SocketIn(string space, SocketType type, AddressFamily family)
    {
        var protocol = type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;
        return NetworkNamespace.Run(space, () => new Socket(family, type, protocol));
    }

    private string Description()
    {
        const string plain = "      r1: {}\n";
        var rules = $$"""
                  r1:
                    ports:
                      up2: { mac: "02:00:00:00:52:01", addresses: [203.0.113.1/25], host: h2, interface: up }
                    routes:
                      two: { to: 198.51.100.0/24, via: 203.0.113.2 }
                    nat:
                      six: { nat64: "{{_prefix}}", to: {{Own}} }

            """;
        var text = LabDescription.Text(_hosts.Plan).Text;
        text.ShouldContain(plain);
        return text.Replace(plain, rules, StringComparison.Ordinal);
    }
}
