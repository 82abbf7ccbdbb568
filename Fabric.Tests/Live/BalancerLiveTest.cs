using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Members of a pool behind a router, a client outside and one on their own link, with stacks of their own.</summary>
public class BalancerLiveTest : NetworkLiveTest
{
    private const int Connections = 12;
    private const int FirstPort = 20_000;

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
                      web: { members: { vm1: { to: 10.1.0.11, to-port: 8080 }, vm2: { to: 10.1.0.12, to-port: 8080 } } }
                      web6: { members: { vm1: { to: "fd00:1::11", to-port: 8080 }, vm2: { to: "fd00:1::12", to-port: 8080 } } }
                      none: { members: { vm1: { to: 10.1.0.11, state: down } } }
                    balancers:
                      shop: { vip: 203.0.113.80, ports: 80, pool: web }
                      shop6: { vip: "2001:db8::80", ports: 80, pool: web6 }
                      closed: { vip: 203.0.113.80, ports: 81, pool: none }
                bridges:
                  lan: { subnet: [10.1.0.0/24, "fd00:1::/64"], router: r1 }
                  net: { subnet: [203.0.113.0/24, "2001:db8::/64"], router: r1 }
                ports:
                  vm1: { on: lan, ip: [10.1.0.11, "fd00:1::11"], host: here, interface: "{net}-vm1" }
                  vm2: { on: lan, ip: [10.1.0.12, "fd00:1::12"], host: here, interface: "{net}-vm2" }
                  far: { on: net, ip: [203.0.113.7, "2001:db8::7"], host: here, interface: "{net}-far" }
            """;

    [Test]
    public void ConnectionsAreSpreadOverTheMembersAndCarryBytesBothWays(
        [ValueSource(nameof(Families))] IpFamily family,
        [Values("far", "vm1")] string client
    )
    {
        using var first = Listen("vm1", family);
        using var second = Listen("vm2", family);
        Task<Socket>[] accepting = [first.AcceptAsync(), second.AcceptAsync()];
        var served = new HashSet<int>();
        for (var i = 0; i < Connections; i++)
        {
            using var socket = Open(client, family);
            // Ports of its own, so that the same connections come to the same members in every run.
            socket.Bind(new IPEndPoint(AddressOf(client, family), FirstPort + i));
            socket.ConnectAsync(Vip(family)).WaitAsync(Patience).GetAwaiter().GetResult();
            var member = Task.WaitAny(accepting, Patience);
            member.ShouldBeGreaterThanOrEqualTo(0, "a member accepts");
            using var accepted = accepting[member].Result;
            accepting[member] = (member == 0 ? first : second).AcceptAsync();
            served.Add(member);
            socket.Send("ping"u8);
            Receive(accepted).ShouldBe("ping");
            accepted.Send("pong"u8);
            Receive(socket).ShouldBe("pong");
        }
        served.Count.ShouldBe(2, "each member has some");
    }

    [Test]
    public void WithoutAMemberTheClientIsRefusedAtOnce()
    {
        using var socket = Open("far", IpFamily.V4);
        var connecting = () =>
            socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("203.0.113.80"), 81)).WaitAsync(Patience).GetAwaiter().GetResult();
        Should.Throw<SocketException>(connecting).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    private static IPEndPoint Vip(IpFamily family) => new(IPAddress.Parse(family == IpFamily.V4 ? "203.0.113.80" : "2001:db8::80"), 80);

    private IPAddress AddressOf(string station, IpFamily family) => IPAddress.Parse(Network.AddressOf(station, family).ToString());

    private Socket Listen(string station, IpFamily family)
    {
        var socket = Open(station, family);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(AddressOf(station, family), 8080));
        socket.Listen();
        return socket;
    }

    private Socket Open(string station, IpFamily family)
    {
        var stack = family == IpFamily.V6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var socket = NetworkNamespace.Run(Network.NameOf(station), () => new Socket(stack, SocketType.Stream, ProtocolType.Tcp));
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var bytes = new byte[16];
        return System.Text.Encoding.ASCII.GetString(bytes, 0, socket.Receive(bytes));
    }
}
