using System.Net;
using System.Net.Sockets;
using Fabric.Addresses;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Tests.Live;

public class RouteSocketLiveTest : LiveTest
{
    [Test]
    public void The_addresses_of_all_links_are_listed()
    {
        using var space = new TestNamespace();
        var link = space.Routes.CreateVeth("one", "two");
        LinkAddress[] given = [new(link.Index, IpAddress.Parse("192.0.2.1")), new(link.Index, IpAddress.Parse("2001:db8::1"))];
        foreach (var address in given)
            space.Routes.AddAddress(link, address.Address, address.Address.Family == IpFamily.V4 ? 24 : 64);
        space.Routes.ListAddresses().Where(address => address.Link == link.Index).ShouldBe(given, ignoreOrder: true);
    }

    [Test]
    public void A_veth_pair_spans_two_namespaces_and_both_ends_go_together()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        using var target = NetworkNamespace.Open(there.Name);
        var near = here.Routes.CreateVeth("near", "far", target);
        near.Kind.ShouldBe("veth");
        near.IsUp.ShouldBeFalse();
        near.IsLowerElsewhere.ShouldBeTrue();
        here.Routes.FindLink("far").ShouldBeNull();
        var far = there.Routes.ReadLink("far");
        near.Lower.ShouldBe(far.Index);

        here.Routes.SetUp(near);
        // The kernel finds out a moment later that there is nobody at the other end.
        Eventually(() => !here.Routes.ReadLink("near").IsRunning, "silence");
        there.Routes.SetUp(far);
        Eventually(() => here.Routes.ReadLink("near").IsRunning, "a signal");
        here.Routes.ReadLink("near").IsUp.ShouldBeTrue();

        here.Routes.Delete(near);
        there.Routes.FindLink("far").ShouldBeNull();
    }

    [Test]
    public void A_link_is_changed_as_asked()
    {
        using var space = new TestNamespace();
        var link = space.Routes.CreateVeth("one", "two");
        space.Routes.SetMtu(link, 1400);
        space.Routes.SetMac(link, MacAddress.Parse("02:00:00:00:00:0a"));
        link = space.Routes.Rename(link, "uno");
        var read = space.Routes.ReadLink("uno");
        read.Index.ShouldBe(link.Index);
        read.MtuBytes.ShouldBe(1400u);
        read.Mac.ShouldBe(MacAddress.Parse("02:00:00:00:00:0a"));
        space.Routes.SetUp(link);
        space.Routes.SetDown(link);
        space.Routes.ReadLink("uno").IsUp.ShouldBeFalse();
        space.Routes.ListLinks().Select(each => each.Name).ShouldBe(["lo", "two", "uno"], ignoreOrder: true);
    }

    [Test]
    public void A_link_moves_to_another_namespace()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        using var target = NetworkNamespace.Open(there.Name);
        here.Routes.MoveTo(here.Routes.CreateVeth("one", "two"), target);
        here.Routes.FindLink("one").ShouldBeNull();
        there.Routes.ReadLink("one").Kind.ShouldBe("veth");
    }

    [Test]
    public void A_bridge_takes_and_gives_back_a_link()
    {
        using var space = new TestNamespace();
        var bridge = space.Routes.CreateBridge("br0");
        var link = space.Routes.CreateVeth("one", "two");
        space.Routes.SetMaster(link, bridge);
        space.Routes.ReadLink("one").Master.ShouldBe(bridge.Index);
        space.Routes.SetMaster(link, null);
        space.Routes.ReadLink("one").Master.ShouldBeNull();
    }

    [TestCase("10.1.0.1", "10.1.0.2", 24)]
    [TestCase("fd00:1::1", "fd00:1::2", 64)]
    public void An_address_can_be_bound_at_once_and_a_default_route_leads_away(string own, string gateway, int prefixBits)
    {
        using var space = new TestNamespace();
        var link = space.Routes.CreateVeth("one", "two");
        space.Routes.SetUp(link);
        space.Routes.SetUp(space.Routes.ReadLink("two"));
        space.Routes.AddAddress(link, IpAddress.Parse(own), prefixBits);
        space.Routes.AddDefaultRoute(IpAddress.Parse(gateway));

        var local = space.Run(() =>
        {
            var address = IPAddress.Parse(own);
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            var elsewhere = IPAddress.Parse(prefixBits == 24 ? "192.0.2.1" : "2001:db8::1");
            using var outward = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            // Connecting a datagram socket sends nothing; it asks the routes for the own address.
            outward.Connect(elsewhere, 9);
            return ((IPEndPoint)outward.LocalEndPoint!).Address;
        });
        local.ShouldBe(IPAddress.Parse(own));
    }

    [Test]
    public void Refusals_name_the_object_and_quote_the_kernel()
    {
        using var space = new TestNamespace();
        var link = space.Routes.CreateVeth("one", "two");
        Should
            .Throw<NetlinkException>(() => space.Routes.CreateBridge("one"))
            .ShouldSatisfyAllConditions(
                failure => failure.Errno.ShouldBe(Errno.Exists),
                failure => failure.Message.ShouldStartWith("create bridge one: File exists")
            );
        Should.Throw<NetlinkException>(() => space.Routes.ReadLink("none")).Errno.ShouldBe(Errno.NoDevice);
        // The kernel explains this one in words.
        Should
            .Throw<NetlinkException>(() => space.Routes.SetMtu(link, 100_000))
            .ShouldSatisfyAllConditions(
                failure => failure.Errno.ShouldBe(Errno.Invalid),
                failure => failure.KernelText.ShouldNotBeNullOrEmpty()
            );
        Should.Throw<NetlinkException>(() => space.Routes.AddDefaultRoute(IpAddress.Parse("10.9.9.9"))).KernelText.ShouldNotBeNull();
    }

    [Test]
    public void The_monitor_tells_what_is_there_and_then_each_change()
    {
        using var space = new TestNamespace();
        using var monitor = LinkMonitorSocket.Open(space.Name);
        Changes(monitor).ShouldBe([(LinkChangeKind.Appeared, "lo")]);
        Changes(monitor).ShouldBeEmpty();

        var link = space.Routes.CreateVeth("one", "two");
        Changes(monitor).Distinct().ShouldBe([(LinkChangeKind.Appeared, "one"), (LinkChangeKind.Appeared, "two")], ignoreOrder: true);
        space.Routes.SetMtu(link, 1400);
        Changes(monitor).ShouldContain((LinkChangeKind.Changed, "one"));

        // Leaving a bridge is announced as a deletion of its port, which is not the end of the link.
        var bridge = space.Routes.CreateBridge("br0");
        space.Routes.SetMaster(link, bridge);
        space.Routes.SetMaster(link, null);
        Changes(monitor).ShouldNotContain((LinkChangeKind.Vanished, "one"));

        space.Routes.Delete(link);
        Changes(monitor)
            .Where(change => change.Kind == LinkChangeKind.Vanished)
            .ShouldBe([(LinkChangeKind.Vanished, "one"), (LinkChangeKind.Vanished, "two")], ignoreOrder: true);
        monitor.Resyncs.ShouldBe(0);
    }

    [Test]
    public void The_monitor_recovers_what_the_kernel_lost()
    {
        using var space = new TestNamespace();
        const int tooSmall = 1;
        var notifications = space.Run(() => NetlinkSocket.OpenNotifications(NetlinkSocket.RouteProtocol, 1, tooSmall));
        using var monitor = new LinkMonitorSocket(notifications, RouteSocket.Open(space.Name));
        Changes(monitor);
        for (var i = 0; i < 20; i++)
        {
            space.Routes.CreateVeth($"a{i}", $"b{i}");
        }
        var names = Changes(monitor).Where(change => change.Kind == LinkChangeKind.Appeared).Select(change => change.Name);
        names.Count().ShouldBe(40);
        monitor.Resyncs.ShouldBeGreaterThan(0);
    }

    private static List<(LinkChangeKind Kind, string Name)> Changes(LinkMonitorSocket monitor)
    {
        var changes = new List<LinkChange>();
        monitor.Poll(changes);
        return [.. changes.Select(change => (change.Kind, change.Link.Name))];
    }
}
