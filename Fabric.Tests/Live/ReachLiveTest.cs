using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>What reaches what through an agent, and what the routers on the way say.</summary>
public class ReachLiveTest : NetworkLiveTest
{
    [Test]
    public void StationsOfABridgeReachEachOther([ValueSource(nameof(Families))] IpFamily family) =>
        Network.PingUntilAnswered("web1", Network.AddressOf("web2", family)).Kind.ShouldBe(EchoAnswerKind.Reply);

    [Test]
    public void StationsReachEachOtherThroughTheRouter([ValueSource(nameof(Families))] IpFamily family)
    {
        Network.PingUntilAnswered("web1", Network.AddressOf("db1", family)).Kind.ShouldBe(EchoAnswerKind.Reply);
        Network.PingUntilAnswered("db1", Network.AddressOf("web2", family)).Kind.ShouldBe(EchoAnswerKind.Reply);
    }

    [TestCase("10.1.0.1")]
    [TestCase("fd00:1::1")]
    [TestCase("10.2.0.1")]
    [TestCase("fd00:2::1")]
    public void Row33NearAndFarPortsOfTheRouterAnswerEchoes(string address)
    {
        var answer = Network.PingUntilAnswered("web1", IpAddress.Parse(address));

        answer.Kind.ShouldBe(EchoAnswerKind.Reply);
        answer.From.ShouldBe(IpAddress.Parse(address));
    }

    [TestCase("web1", "web2")]
    [TestCase("web1", "db1")]
    public void EchoesInFragmentsComeBackWhole(string from, string to)
    {
        foreach (var family in Families)
            Network
                .PingUntilAnswered(from, Network.AddressOf(to, family), dataBytes: 8000)
                .Kind.ShouldBe(EchoAnswerKind.Reply, $"{family}");
    }

    [Test]
    public void OneWhomOthersAskOftenHearsItsOwnAnswerAllTheSame([ValueSource(nameof(Families))] IpFamily family)
    {
        // What a queue holds, several times over.
        const int requests = 500;
        var target = Network.AddressOf("web2", family);
        Network.PingUntilAnswered("web1", target);
        using var asked = EchoSocket.Open(Network.NameOf("web2"), family);
        using var asking = EchoSocket.Open(Network.NameOf("web1"), family);
        for (var i = 0; i < requests; i++)
            asking.Send(target, Patience, dataBytes: 1200).IsReply.ShouldBeTrue();

        asked.Send(Network.AddressOf("web1", family), Patience).IsReply.ShouldBeTrue();
    }

    [TestCase("10.9.9.9", "10.1.0.1")]
    [TestCase("fd00:9::9", "fd00:1::1")]
    public void TheRouterSaysThatItKnowsNoWay(string address, string router)
    {
        var answer = Network.PingUntilAnswered("web1", IpAddress.Parse(address));

        answer.Kind.ShouldBe(EchoAnswerKind.Unreachable);
        answer.From.ShouldBe(IpAddress.Parse(router));
    }

    [Test]
    public void AClosedPortOfAStationIsToldToTheSender([ValueSource(nameof(Families))] IpFamily family)
    {
        const int closedPort = 9;
        var target = IPAddress.Parse(Network.AddressOf("db1", family).ToString());
        using var socket = NetworkNamespace.Run(
            Network.NameOf("web1"),
            () => new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        );
        socket.Connect(target, closedPort);

        // The error comes back to the socket as the outcome of whatever it is asked next.
        Eventually(
            () =>
            {
                try
                {
                    socket.Send("?"u8);
                    return false;
                }
                catch (SocketException refusal) when (refusal.SocketErrorCode == SocketError.ConnectionRefused)
                {
                    return true;
                }
            },
            "port unreachable"
        );
    }
}
