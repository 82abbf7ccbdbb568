using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Stations that have IPv6 alone, and one outside that has IPv4 alone, with stacks of their own.</summary>
public class Nat64LiveTest : NetworkLiveTest
{
    private const string Own = "203.0.113.50";
    private const string Behind = "198.51.100.9";
    private static readonly EmbeddingPrefix _prefix = new(IpPrefix.Parse("2001:db8:64::/96"));

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
                      six: { nat64: "2001:db8:64::/96", to: 203.0.113.50 }
                    routes:
                      behind: { to: 198.51.100.0/24, via: 203.0.113.7 }
                bridges:
                  lan: { subnet: ["fd00:1::/64"], router: r1 }
                  net: { subnet: [203.0.113.0/24], router: r1 }
                ports:
                  vm1: { on: lan, ip: ["fd00:1::11"], host: here, interface: "{net}-vm1" }
                  vm2: { on: lan, ip: ["fd00:1::12"], host: here, interface: "{net}-vm2" }
                  far: { on: net, ip: [203.0.113.7], host: here, interface: "{net}-far" }
            """;

    private IpAddress Far => As6($"{Network.AddressOf("far", IpFamily.V4)}");

    [Test]
    public void TwoStationsPingOneOfIpv4AtOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            Network.PingUntilAnswered("vm1", Far).IsReply.ShouldBeTrue();
            Network.PingUntilAnswered("vm2", Far, dataBytes: 1200).IsReply.ShouldBeTrue();
        }
    }

    [Test]
    public void ATransferArrivesWholeInEitherDirection([Values] bool isFromOutside)
    {
        using var listener = SocketIn("far", SocketType.Stream, AddressFamily.InterNetwork);
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen();
        using var client = SocketIn("vm1", SocketType.Stream, AddressFamily.InterNetworkV6);
        var target = new IPEndPoint(IPAddress.Parse($"{Far}"), ((IPEndPoint)listener.LocalEndPoint!).Port);
        client.ConnectAsync(target).WaitAsync(Patience).GetAwaiter().GetResult();
        using var accepted = listener.AcceptAsync().WaitAsync(Patience).GetAwaiter().GetResult();
        ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString().ShouldBe(Own);
        var (from, to) = isFromOutside ? (accepted, client) : (client, accepted);
        var (sent, received) = Transfer.Run(from, to, 5 << 20);
        received.ShouldBe(sent);
    }

    /// <summary>Pieces have the ports of their first; what may be cut is cut for IPv6, and what is put together there is the same.</summary>
    [Test]
    public void DatagramsOfAnyLengthArriveWholeInBothDirections([Values(100, 1400, 4000, 30_000)] int length)
    {
        using var inside = SocketIn("vm1", SocketType.Dgram, AddressFamily.InterNetworkV6);
        using var outside = SocketIn("far", SocketType.Dgram, AddressFamily.InterNetwork);
        PathMtu.Discover(outside, isWanted: false);
        outside.Bind(new IPEndPoint(IPAddress.Any, 0));
        inside.ReceiveTimeout = outside.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        Network.PingUntilAnswered("vm1", Far);
        var sent = new byte[length];
        new Random(length).NextBytes(sent);
        inside.SendTo(sent, new IPEndPoint(IPAddress.Parse($"{Far}"), ((IPEndPoint)outside.LocalEndPoint!).Port));
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        var received = new byte[length + 1];
        received.AsSpan(0, outside.ReceiveFrom(received, ref from)).SequenceEqual(sent).ShouldBeTrue("out");
        ((IPEndPoint)from).Address.ToString().ShouldBe(Own);
        outside.SendTo(sent, from);
        received.AsSpan(0, inside.Receive(received)).SequenceEqual(sent).ShouldBeTrue("back");
    }

    [Test]
    public void AClosedPortOutsideIsToldToTheStation()
    {
        using var socket = SocketIn("vm1", SocketType.Dgram, AddressFamily.InterNetworkV6);
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        Network.PingUntilAnswered("vm1", Far);
        socket.Connect(new IPEndPoint(IPAddress.Parse($"{Far}"), 9));
        socket.Send("hello"u8);
        Should.Throw<SocketException>(() => socket.Receive(new byte[16])).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    /// <summary>RFC 7915, section 4.2: a router of IPv4 on the way tells how much passes, and the station sends no more.</summary>
    [Test]
    public void WhatIsTooLongForIpv4IsToldToTheStation()
    {
        const int mtu = 1300;
        var far = Network.NameOf("far");
        foreach (
            var words in (string[][])
                [
                    ["link", "add", "behind", "mtu", $"{mtu}", "type", "veth", "peer", "name", "nobody"],
                    ["link", "set", "behind", "up"],
                    ["route", "add", "198.51.100.0/24", "dev", "behind"],
                ]
        )
            HostProcess.Run(Patience, null, "ip", ["-n", far, .. words]).ExitCode.ShouldBe(0);
        NetworkNamespace.Run(far, () => File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1"));
        Network.PingUntilAnswered("vm1", Far);
        using var socket = SocketIn("vm1", SocketType.Dgram, AddressFamily.InterNetworkV6);
        PathMtu.Discover(socket, isWanted: true);
        socket.Connect(new IPEndPoint(IPAddress.Parse($"{As6(Behind)}"), 7));
        Eventually(() => PathMtu.IsTooLong(socket, 1400), "that 1400 bytes do not pass");
        PathMtu.Of(socket).ShouldBe(mtu + 20);
    }

    private static IpAddress As6(string address) => _prefix.Embed(Ipv4Address.Parse(address));

    private Socket SocketIn(string station, SocketType type, AddressFamily family)
    {
        var protocol = type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;
        return NetworkNamespace.Run(Network.NameOf(station), () => new Socket(family, type, protocol));
    }
}
