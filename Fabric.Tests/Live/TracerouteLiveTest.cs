using Fabric.Addresses;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>Row 40: a path with two routers shows itself to whoever counts the hops.</summary>
public class TracerouteLiveTest : NetworkLiveTest
{
    protected override string Description =>
        """
            fabric: v1
            hosts: { here: {} }
            tenants:
              shop:
                bridges: { web: {}, db: {} }
                routers:
                  r1:
                    ports:
                      r1-web: { addresses: [10.1.0.1/24, "fd00:1::1/64"], link: web }
                      r1-r2: { addresses: [10.0.0.1/24, "fd00::1/64"], peer: r2-r1 }
                    routes:
                      db: { to: 10.2.0.0/24, via: 10.0.0.2 }
                      db6: { to: "fd00:2::/64", via: "fd00::2" }
                  r2:
                    ports:
                      r2-r1: { addresses: [10.0.0.2/24, "fd00::2/64"] }
                      r2-db: { addresses: [10.2.0.1/24, "fd00:2::1/64"], link: db }
                    routes:
                      web: { to: 10.1.0.0/24, via: 10.0.0.1 }
                      web6: { to: "fd00:1::/64", via: "fd00::1" }
                ports:
                  web1: { on: web, ip: [10.1.0.11, "fd00:1::11"], host: here, interface: "{net}-web1" }
                  db1: { on: db, ip: [10.2.0.11, "fd00:2::11"], host: here, interface: "{net}-db1" }
            """;

    [TestCase("10.2.0.11", "10.1.0.1", "10.0.0.2")]
    [TestCase("fd00:2::11", "fd00:1::1", "fd00::2")]
    public void Row40EveryHopIsShown(string target, string first, string second)
    {
        var hops = Enumerable
            .Range(1, 3)
            .Select(limit => Network.PingUntilAnswered("web1", IpAddress.Parse(target), hopLimit: (byte)limit))
            .Select(answer => (answer.Kind, $"{answer.From}"));

        hops.ShouldBe([(EchoAnswerKind.TimeExceeded, first), (EchoAnswerKind.TimeExceeded, second), (EchoAnswerKind.Reply, target)]);
    }
}
