using Fabric.Addresses;
using Fabric.Agent.Netlink.Rtnetlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink.Rtnetlink;

public class RouteSocketTest
{
    private static readonly Link s_link = new() { Index = new LinkIndex(3), Name = "web1" };

    private FakeKernel _kernel = null!;
    private RouteSocket _routes = null!;

    [SetUp]
    public void Open()
    {
        _kernel = FakeKernel.Answering(new Reply(16, LinkBytes.Web1), Reply.Acknowledgement);
        _routes = new RouteSocket(_kernel);
    }

    [TearDown]
    public void Close()
    {
        _routes.Dispose();
        _kernel.Dispose();
    }

    [Test]
    public void A_veth_pair_is_asked_for_with_the_peer_nested_three_deep()
    {
        _routes.CreateVeth("web1", "peer1").Name.ShouldBe("web1");
        _kernel
            .Requests[0]
            .ShouldBe(
                Hex(
                    """
                    60000000 1000 0506 01000000 00000000
                    00000000 00000000 00000000 00000000
                    09000300 7765623100 000000
                    34001280
                    09000100 7665746800 000000
                    24000280
                    20000180
                    00000000 00000000 00000000 00000000
                    0a000300 706565723100 0000
                    """
                )
            );
    }

    [Test]
    public void An_IPv6_address_is_asked_for_without_duplicate_detection()
    {
        _routes.AddAddress(s_link, IpAddress.Parse("fd00::1"), 64);
        _kernel
            .Requests[0]
            .ShouldBe(
                Hex(
                    """
                    48000000 1400 0506 01000000 00000000
                    0a 40 00 00 03000000
                    14000200 fd000000000000000000000000000001
                    14000100 fd000000000000000000000000000001
                    08000800 02000000
                    """
                )
            );
    }

    [Test]
    public void A_note_is_left_on_a_link()
    {
        _routes.SetAlias(s_link, "abc");
        _kernel.Requests[0].ShouldBe(Hex("28000000 1300 0500 01000000 00000000 00000000 03000000 00000000 00000000 08001400 61626300"));
    }

    [Test]
    public void A_default_route_is_the_prefix_of_length_zero()
    {
        _routes.AddDefaultRoute(IpAddress.Parse("10.0.0.254"), s_link);
        _kernel
            .Requests[0]
            .ShouldBe(
                Hex(
                    """
                    34000000 1800 0506 01000000 00000000
                    02 00 00 00 fe 04 00 01 00000000
                    08000100 00000000
                    08000500 0a0000fe
                    08000400 03000000
                    """
                )
            );
    }

    [Test]
    public void A_route_to_nowhere_is_our_bug()
    {
        Should.Throw<ArgumentException>(() => _routes.AddRoute(IpPrefix.Parse("10.0.0.0/8"), null, null));
        Should.Throw<ArgumentException>(() => _routes.AddRoute(IpPrefix.Parse("10.0.0.0/8"), IpAddress.Parse("fd00::1"), s_link));
        _kernel.Requests.ShouldBeEmpty();
    }
}
