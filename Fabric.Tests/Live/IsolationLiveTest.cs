using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Lab;

namespace Fabric.Tests.Live;

/// <summary>Row 18: bridges that nothing connects.</summary>
public class IsolationLiveTest : NetworkLiveTest
{
    // The same subnet on both bridges, so that a station of one asks its own link for a station of the other.
    protected override string Description =>
        """
            fabric: v1
            hosts: { here: {} }
            tenants:
              shop:
                bridges: { web: {} }
                ports:
                  web1: { on: web, mac: learn, ip: [10.1.0.11/24, "fd00:1::11/64"], host: here, interface: "{net}-web1" }
                  web2: { on: web, mac: learn, ip: [10.1.0.12/24, "fd00:1::12/64"], host: here, interface: "{net}-web2" }
              bank:
                bridges: { safe: {} }
                ports:
                  safe1: { on: safe, mac: learn, ip: [10.1.0.13/24, "fd00:1::13/64"], host: here, interface: "{net}-safe1" }
            """;

    [Test]
    public void Row18NothingOfABridgeIsSeenOnAnother([ValueSource(nameof(Families))] IpFamily family)
    {
        using var safe = Watch("safe1");
        using var web = Watch("web2");
        // To each station, and to one that nobody has: what is asked for that is flooded on the bridge.
        string[] names = ["web2", "safe1"];
        foreach (var target in names.Select(name => Network.AddressOf(name, family)).Append(Nobody(family)))
            Network.Ping("web1", target, TimeSpan.FromSeconds(1));

        var source = Network.MacOf("web1");
        Eventually(() => web.CountFrom(source) > 0, "the frames of web1 at its own bridge");
        safe.CountFrom(source).ShouldBe(0);
        Network.Ping("web1", Network.AddressOf("safe1", family), TimeSpan.FromSeconds(1)).IsReply.ShouldBeFalse();
    }

    private static IpAddress Nobody(IpFamily family) => IpAddress.Parse(family == IpFamily.V4 ? "10.1.0.99" : "fd00:1::99");

    private FrameWatch Watch(string port) =>
        new(NetworkNamespace.Run(Network.NameOf(port), () => PacketSocket.Open(Guest.DefaultInterface)));
}
