using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Fabric.Addresses;
using Fabric.Agent.Api;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Members with stacks of their own are checked through the virtual network: by TCP over IPv4, by HTTP over IPv6, by UDP.</summary>
public class CheckLiveTest : NetworkLiveTest
{
    /// <inheritdoc/>
    protected override string Description =>
        """
            fabric: v1
            hosts: { here: {} }
            tenants:
              shop:
                routers:
                  r1:
                    pools:
                      web:
                        check: { kind: tcp, interval: 1s, timeout: 1s, rise: 1, fall: 2 }
                        members: { vm1: { to: 10.1.0.11, to-port: 8080 }, vm2: { to: 10.1.0.12, to-port: 8080 } }
                      web6:
                        check: { kind: http, path: /health, interval: 1s, timeout: 1s, rise: 1, fall: 2 }
                        members: { vm1: { to: "fd00:1::11", to-port: 8080 }, vm2: { to: "fd00:1::12", to-port: 8080 } }
                      dns:
                        check: { kind: udp, send: hello, interval: 1s, timeout: 1s, rise: 1, fall: 2 }
                        members: { vm1: { to: 10.1.0.11, to-port: 5353 }, vm2: { to: 10.1.0.12, to-port: 5353 } }
                      safe:
                        check: { kind: https, host: shop.example, interval: 2s, timeout: 2s, rise: 1, fall: 2 }
                        members: { vm1: { to: 10.1.0.11, to-port: 8443 }, vm2: { to: 10.1.0.12, to-port: 8443 } }
                    balancers:
                      shop: { vip: 203.0.113.80, ports: 80, pool: web }
                      shop6: { vip: "2001:db8::80", ports: 80, pool: web6 }
                      names: { vip: 203.0.113.53, ports: 53, pool: dns }
                      safe: { vip: 203.0.113.80, ports: 443, pool: safe }
                bridges:
                  lan: { subnet: [10.1.0.0/24, "fd00:1::/64"], router: r1 }
                  net: { subnet: [203.0.113.0/24, "2001:db8::/64"], router: r1 }
                ports:
                  vm1: { on: lan, ip: [10.1.0.11, "fd00:1::11"], host: here, interface: "{net}-vm1" }
                  vm2: { on: lan, ip: [10.1.0.12, "fd00:1::12"], host: here, interface: "{net}-vm2" }
                  far: { on: net, ip: [203.0.113.7, "2001:db8::7"], host: here, interface: "{net}-far" }
            """;

    [Test]
    public void ByTcpAMemberIsUpWhileItListens()
    {
        using var first = Listen("vm1", IpFamily.V4);
        using (Listen("vm2", IpFamily.V4))
        {
            Becomes("shop", "vm1", "up");
            Becomes("shop", "vm2", "up");
        }
        Becomes("shop", "vm2", "down: nothing listens at the port");
        // On a slow machine the first may miss two checks as well.
        Eventually(() => Enumerable.Range(0, 8).All(_ => IsServed()), "that all come to the other");
        using var again = Listen("vm2", IpFamily.V4);
        Becomes("shop", "vm2", "up");
    }

    [Test]
    public void ByHttpTheStatusDecides()
    {
        using var stop = new CancellationTokenSource();
        using var first = Listen("vm1", IpFamily.V6);
        using var second = Listen("vm2", IpFamily.V6);
        var serving = Task.WhenAll(ServeAsync(first, "200 OK", stop.Token), ServeAsync(second, "503 Service Unavailable", stop.Token));
        Becomes("shop6", "vm1", "up");
        Becomes("shop6", "vm2", "down: status 503");
        stop.Cancel();
        serving.GetAwaiter().GetResult();
    }

    [Test]
    public void ByHttpsTheStatusDecidesAndWhoSpeaksNoTlsIsDown()
    {
        using var stop = new CancellationTokenSource();
        using var certificate = TestCertificate.Make();
        using var first = Listen("vm1", IpFamily.V4, 8443);
        using var second = Listen("vm2", IpFamily.V4, 8443);
        var serving = Task.WhenAll(
            ServeAsync(first, "200 OK", stop.Token, certificate),
            ServeAsync(second, "400 The plain HTTP request was sent to HTTPS port", stop.Token)
        );
        Becomes("safe", "vm1", "up");
        Becomes("safe", "vm2", "down: it agrees on no TLS");
        Becomes("safe", "vm1", "up");
        stop.Cancel();
        serving.GetAwaiter().GetResult();
    }

    [Test]
    public void ByUdpAMemberIsUpWhileItAnswers()
    {
        using var stop = new CancellationTokenSource();
        using var first = Open("vm1", AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var silent = Open("vm2", AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        first.Bind(new IPEndPoint(IPAddress.Parse("10.1.0.11"), 5353));
        silent.Bind(new IPEndPoint(IPAddress.Parse("10.1.0.12"), 5353));
        var answering = AnswerAsync(first, stop.Token);
        Becomes("names", "vm1", "up");
        Becomes("names", "vm2", "down: no answer in time");
        silent.Close();
        Becomes("names", "vm2", "down: nothing listens at the port");
        stop.Cancel();
        answering.GetAwaiter().GetResult().ShouldContain("hello");
    }

    private bool IsServed()
    {
        using var client = Open("far", AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.ConnectAsync(new IPEndPoint(IPAddress.Parse("203.0.113.80"), 80)).WaitAsync(Patience).GetAwaiter().GetResult();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Becomes(string balancer, string member, string health)
    {
        var seen = new List<string>();
        bool IsSo()
        {
            var now = HealthOf(balancer, member);
            if (seen.LastOrDefault() != now)
                seen.Add(now);
            return now == health;
        }
        Eventually(IsSo, () => $"health '{health}' of member {member} of {balancer}, which was '{string.Join("', '", seen)}',");
    }

    private string HealthOf(string balancer, string member)
    {
        var view = Network.Agent.View;
        var items = (JsonArray)BalancerReport.Of(view.Topology, view.Learned, [])["items"]!;
        return $"{items.Single(item => $"{item!["balancer"]}" == balancer && $"{item["member"]}" == member)!["health"]}";
    }

    private Socket Listen(string station, IpFamily family, int port = 8080)
    {
        var stack = family == IpFamily.V6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var socket = Open(station, stack, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Network.AddressOf(station, family).ToString()), port));
        socket.Listen();
        return socket;
    }

    private Socket Open(string station, AddressFamily family, SocketType type, ProtocolType protocol) =>
        NetworkNamespace.Run(Network.NameOf(station), () => new Socket(family, type, protocol));

    /// <summary>Answers every request so, whatever becomes of its connection.</summary>
    private static async Task ServeAsync(Socket listener, string status, CancellationToken stop, X509Certificate2? certificate = null)
    {
        var request = new byte[1024];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var plain = new NetworkStream(await listener.AcceptAsync(stop), ownsSocket: true);
                await using var safe = certificate is null ? null : new SslStream(plain);
                if (safe is not null)
                    await safe.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
                Stream stream = safe is null ? plain : safe;
                if (await stream.ReadAsync(request, stop) > 0)
                    await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"), stop);
            }
            catch (Exception end) when (end is SocketException or IOException or OperationCanceledException) { }
        }
    }

    /// <summary>Sends every datagram back; gives what was in them.</summary>
    private static async Task<IReadOnlyCollection<string>> AnswerAsync(Socket socket, CancellationToken stop)
    {
        var heard = new HashSet<string>();
        var bytes = new byte[256];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(bytes, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop);
                heard.Add(System.Text.Encoding.UTF8.GetString(bytes, 0, received.ReceivedBytes));
                await socket.SendToAsync(bytes.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint, stop);
            }
            catch (OperationCanceledException) { }
        }
        return heard;
    }
}
