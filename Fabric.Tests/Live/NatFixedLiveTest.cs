using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Tests.Live;

/// <summary>Two stations that share an address outside, by ports that follow from their own addresses.</summary>
public class NatFixedLiveTest : NetworkLiveTest
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
                      four: { snat: r1.net, from: 10.1.0.0/28, to: 203.0.113.100, mode: deterministic }
                      six: { snat: r1.net, from: "fd00:1::10/124", to: "2001:db8::100", mode: deterministic }
                bridges:
                  lan: { subnet: [10.1.0.0/24, "fd00:1::/64"], router: r1 }
                  net: { subnet: [203.0.113.0/24, "2001:db8::/64"], router: r1 }
                ports:
                  vm1: { on: lan, ip: [10.1.0.11, "fd00:1::11"], host: here, interface: "{net}-vm1" }
                  vm2: { on: lan, ip: [10.1.0.12, "fd00:1::12"], host: here, interface: "{net}-vm2" }
                  far: { on: net, ip: [203.0.113.7, "2001:db8::7"], host: here, interface: "{net}-far" }
            """;

    /// <summary>Pings go by identifiers out of the same blocks.</summary>
    [Test]
    public void TheOtherSideSeesWhoseAPortIsAndAnswersComeBack([ValueSource(nameof(Families))] IpFamily family)
    {
        var (from, address) = family == IpFamily.V4 ? ("10.1.0.0/28", "203.0.113.100") : ("fd00:1::10/124", "2001:db8::100");
        var given = new FixedPorts(IpPrefix.Parse(from), AddressRange.Only(IpAddress.Parse(address)), OutsidePorts.Usual);
        foreach (var station in (string[])["vm1", "vm2"])
        {
            Network.PingUntilAnswered(station, Network.AddressOf("far", family)).IsReply.ShouldBeTrue();
            using var inside = Datagrams(station, family, 0);
            using var outside = Datagrams("far", family, 5006);
            inside.SendTo("hello"u8, EndOf("far", family, 5006));
            EndPoint sender = EndOf("far", family, 0);
            outside.ReceiveFrom(new byte[16], ref sender);
            var (seen, port) = (((IPEndPoint)sender).Address, ((IPEndPoint)sender).Port);
            given.TryGoIn(IpAddress.Parse($"{seen}"), (ushort)port, out var whose).ShouldBeTrue($"{sender}");
            whose.ShouldBe(Network.AddressOf(station, family));
            outside.SendTo("hello"u8, sender);
            inside.Receive(new byte[16]).ShouldBe(5);
        }
    }
}
