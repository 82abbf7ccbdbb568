using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;

namespace Fabric.Tests.Live;

/// <summary>Datagrams longer than any packet, to a station that is called by another address and port: by a rule and by a balancer.</summary>
/// <remarks>Later pieces tell no ports; each follows its first one, there and back. To sources the same is shown by <see cref="NatLiveTest"/>, between the versions by <see cref="Nat64LiveTest"/>.</remarks>
public class NatFragmentsLiveTest : NetworkLiveTest
{
    private const ushort Outside = 53;
    private const ushort Inside = 5353;

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
                      names: { dnat: 203.0.113.80, proto: udp, ports: 53, to: 10.1.0.11, to-port: 5353 }
                      names6: { dnat: "2001:db8::80", proto: udp, ports: 53, to: "fd00:1::11", to-port: 5353 }
                      one: { static: 203.0.113.82, to: 10.1.0.11, port: r1.net }
                    pools:
                      web: { members: { vm1: { to: 10.1.0.11, to-port: 5353 } } }
                      web6: { members: { vm1: { to: "fd00:1::11", to-port: 5353 } } }
                    balancers:
                      shop: { vip: 203.0.113.81, ports: 53, proto: udp, pool: web }
                      shop6: { vip: "2001:db8::81", ports: 53, proto: udp, pool: web6 }
                bridges:
                  lan: { subnet: [10.1.0.0/24, "fd00:1::/64"], router: r1 }
                  net: { subnet: [203.0.113.0/24, "2001:db8::/64"], router: r1 }
                ports:
                  vm1: { on: lan, ip: [10.1.0.11, "fd00:1::11"], host: here, interface: "{net}-vm1" }
                  vm2: { on: lan, ip: [10.1.0.12, "fd00:1::12"], host: here, interface: "{net}-vm2" }
                  far: { on: net, ip: [203.0.113.7, "2001:db8::7"], host: here, interface: "{net}-far" }
            """;

    [TestCase("far", "203.0.113.80", Outside)]
    [TestCase("far", "2001:db8::80", Outside)]
    [TestCase("far", "203.0.113.81", Outside)]
    [TestCase("far", "2001:db8::81", Outside)]
    [TestCase("far", "203.0.113.82", Inside)]
    [TestCase("vm2", "203.0.113.81", Outside)]
    [TestCase("vm2", "2001:db8::81", Outside)]
    public void DatagramsInPiecesArriveWholeInBothDirections(string client, string called, ushort port)
    {
        var address = IpAddress.Parse(called);
        using var server = Datagrams("vm1", address.Family, Inside);
        using var sender = Datagrams(client, address.Family, 0);
        var target = new IPEndPoint(IPAddress.Parse(called), port);
        Network.PingUntilAnswered("vm1", Network.AddressOf("far", address.Family));
        foreach (var length in (int[])[100, 4000, 30_000])
        {
            var sent = new byte[length];
            new Random(length).NextBytes(sent);
            sender.SendTo(sent, target);
            EndPoint from = EndOf("far", address.Family, 0);
            var received = new byte[length + 1];
            received.AsSpan(0, server.ReceiveFrom(received, ref from)).SequenceEqual(sent).ShouldBeTrue($"{length} bytes there");
            server.SendTo(sent, from);
            EndPoint answering = EndOf("far", address.Family, 0);
            received.AsSpan(0, sender.ReceiveFrom(received, ref answering)).SequenceEqual(sent).ShouldBeTrue($"{length} bytes back");
            answering.ShouldBe(target, "who was asked answers");
        }
    }
}
