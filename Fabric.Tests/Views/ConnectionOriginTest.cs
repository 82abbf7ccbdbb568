using Fabric.Agent.Views;
using Fabric.Connections;
using Fabric.Packets;
using Fabric.Tests.Simulation;

namespace Fabric.Tests.Views;

/// <summary>Which rule or balancer translates a connection, and by which address others know it.</summary>
public class ConnectionOriginTest
{
    private const string Vm1 = "10.0.0.1";
    private const string Vm2 = "10.0.0.2";

    [Test]
    public void ASourceHasTheAddressOfThePort()
    {
        var nat = NatWorld.Source();
        var left = nat.Out("vm1", Vm1, NatWorld.Remote);
        OriginIn(nat.World).ShouldBe(("out", $"{left.NwSrc}"));
    }

    [Test]
    public void OrOneOfARange()
    {
        var nat = NatWorld.Source("192.0.2.50-192.0.2.59");
        var left = nat.Out("vm1", Vm1, NatWorld.Remote);
        OriginIn(nat.World).ShouldBe(("out", $"{left.NwSrc}"));
    }

    [Test]
    public void ADestinationIsKnownByTheAddressOutsideAlsoFromInside()
    {
        var nat = NatWorld.Source().Destination("192.0.2.80", Vm2, IpProtocol.Tcp, port: 80);
        nat.Send("vm1", NatWorld.Packet(Vm1, "192.0.2.80", 4000, 80, IpProtocol.Tcp), RouterWorld.InsideMac);
        OriginIn(nat.World).ShouldBe(("web80", "192.0.2.80"));
    }

    [Test]
    public void OfRulesForOneAddressItIsTheOneForThePort()
    {
        var nat = new NatWorld()
            .Destination("192.0.2.80", Vm2, IpProtocol.Tcp, port: 22)
            .Destination("192.0.2.80", Vm2, IpProtocol.Tcp, port: 80);
        nat.Send("uplink", NatWorld.Packet(NatWorld.Remote, "192.0.2.80", 4000, 80, IpProtocol.Tcp), RouterWorld.UplinkMac);
        OriginIn(nat.World).ShouldBe(("web80", "192.0.2.80"));
    }

    [Test]
    public void ABalancerIsKnownByItsAddress()
    {
        var world = new BalancerWorld();
        world.Ask(1000);
        OriginIn(world.World).ShouldBe(("shop", BalancerWorld.Vip));
    }

    [Test]
    public void BetweenTheVersionsItIsTheAddressThatIsSpokenFrom()
    {
        var nat = new Nat64World();
        nat.Pass("vm1", Nat64World.Udp(Nat64World.Vm1, NatWorld.Remote), "uplink");
        OriginIn(nat.World).ShouldBe(("six", Nat64World.Own));
    }

    [Test]
    public void OfARuleThatIsGoneTheAddressIsLeft()
    {
        var nat = NatWorld.Source("192.0.2.50-192.0.2.59");
        var left = nat.Out("vm1", Vm1, NatWorld.Remote);
        var edge = nat.World.Topology.Routers[nat.World.Net.RouterId("edge")];
        nat.World.Net.Put(edge with { Nat = edge.Nat.Clear() });
        OriginIn(nat.World).ShouldBe((null, $"{left.NwSrc}"));
    }

    private static (string? Rule, string? Address) OriginIn(RouterWorld world)
    {
        var all = new List<Connection>();
        world.Connections.CopyTo(all);
        var origin = ConnectionOrigin.Of(world.Topology, all.Where(one => one.Forward.IsTranslated).ShouldHaveSingleItem());
        return (origin.Rule, origin.Address?.ToString());
    }
}
