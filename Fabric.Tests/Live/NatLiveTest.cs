using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Stations behind a router that translates, and one outside, with stacks of their own.</summary>
public class NatLiveTest : NetworkLiveTest
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
                    nat:
                      out: { snat: r1.net }
                      web: { dnat: 203.0.113.80, proto: tcp, ports: 80, to: 10.1.0.11, to-port: 8080 }
                      one: { static: 203.0.113.12, to: 10.1.0.12, port: r1.net }
                bridges:
                  lan: { subnet: [10.1.0.0/24, "fd00:1::/64"], router: r1 }
                  net: { subnet: [203.0.113.0/24, "2001:db8::/64"], router: r1 }
                ports:
                  vm1: { on: lan, ip: [10.1.0.11, "fd00:1::11"], host: here, interface: "{net}-vm1" }
                  vm2: { on: lan, ip: [10.1.0.12, "fd00:1::12"], host: here, interface: "{net}-vm2" }
                  far: { on: net, ip: [203.0.113.7, "2001:db8::7"], host: here, interface: "{net}-far" }
            """;

    [Test]
    public void TheOtherSideSeesTheRoutersAddressAndAllBytes([ValueSource(nameof(Families))] IpFamily family)
    {
        var router = family == IpFamily.V4 ? "203.0.113.1" : "2001:db8::1";
        ConnectFrom("vm1", "far", Network.AddressOf("far", family), 5001).ShouldBe(router);
        var (sent, received) = Transfer.Run(Network.NameOf("vm1"), Network.NameOf("far"), Network.AddressOf("far", family), 5 << 20);
        received.ShouldBe(sent);
    }

    [Test]
    public void AServerIsReachedByTheAddressOutsideFromOutsideAndFromInside()
    {
        ConnectFrom("far", "vm1", IpAddress.Parse("203.0.113.80"), 80, listenAt: 8080).ShouldBe("203.0.113.7");
        ConnectFrom("vm2", "vm1", IpAddress.Parse("203.0.113.80"), 80, listenAt: 8080).ShouldBe("203.0.113.12");
    }

    [Test]
    public void AFloatingAddressStandsForItsStationInBothDirections()
    {
        ConnectFrom("far", "vm2", IpAddress.Parse("203.0.113.12"), 5002).ShouldBe("203.0.113.7");
        ConnectFrom("vm2", "far", Network.AddressOf("far", IpFamily.V4), 5003).ShouldBe("203.0.113.12");
    }

    [Test]
    public void PingsGoOutAndTheirFlowsStay([ValueSource(nameof(Families))] IpFamily family)
    {
        var far = Network.AddressOf("far", family);
        Network.PingUntilAnswered("vm1", far).IsReply.ShouldBeTrue();
        var before = Network.Agent.Shards.Sum(shard => shard.Parts.Path.Counters.Upcalls);
        for (var i = 0; i < 20; i++)
            Network.Ping("vm1", far, Patience).IsReply.ShouldBeTrue();
        (Network.Agent.Shards.Sum(shard => shard.Parts.Path.Counters.Upcalls) - before).ShouldBeLessThan(20);
    }

    [Test]
    public void AClosedPortOutsideIsToldToTheStation()
    {
        using var socket = NetworkNamespace.Run(
            Network.NameOf("vm1"),
            () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        );
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        Network.PingUntilAnswered("vm1", Network.AddressOf("far", IpFamily.V4));
        socket.Connect(new IPEndPoint(IPAddress.Parse("203.0.113.7"), 9));
        socket.Send("hello"u8);
        Should.Throw<SocketException>(() => socket.Receive(new byte[16])).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    /// <summary>Rests of packets tell no ports; they follow their first pieces, there and back.</summary>
    [Test]
    public void DatagramsInPiecesArriveWholeInBothDirections([ValueSource(nameof(Families))] IpFamily family)
    {
        using var inside = Datagrams("vm1", family, 0);
        using var outside = Datagrams("far", family, 5005);
        Network.PingUntilAnswered("vm1", Network.AddressOf("far", family));
        foreach (var length in (int[])[1472, 4000, 30_000])
        {
            var sent = new byte[length];
            new Random(length).NextBytes(sent);
            inside.SendTo(sent, EndOf("far", family, 5005));
            EndPoint from = EndOf("far", family, 0);
            var received = new byte[length + 1];
            received.AsSpan(0, outside.ReceiveFrom(received, ref from)).SequenceEqual(sent).ShouldBeTrue($"{length} bytes out");
            ((IPEndPoint)from).Address.ToString().ShouldBe(family == IpFamily.V4 ? "203.0.113.1" : "2001:db8::1");
            outside.SendTo(sent, from);
            received.AsSpan(0, inside.Receive(received)).SequenceEqual(sent).ShouldBeTrue($"{length} bytes back");
        }
    }

    /// <summary>Connects to an address and says whom the server, where it listens, takes for the client.</summary>
    private string ConnectFrom(string client, string server, IpAddress target, ushort port, ushort? listenAt = null)
    {
        var family = target.Family == IpFamily.V6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        using var listener = NetworkNamespace.Run(Network.NameOf(server), () => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Parse(Network.AddressOf(server, target.Family).ToString()), listenAt ?? port));
        listener.Listen();
        using var socket = NetworkNamespace.Run(Network.NameOf(client), () => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(target.ToString()), port)).WaitAsync(Patience).GetAwaiter().GetResult();
        using var accepted = listener.AcceptAsync().WaitAsync(Patience).GetAwaiter().GetResult();
        return ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString();
    }
}
