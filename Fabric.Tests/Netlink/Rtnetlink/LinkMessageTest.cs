using Fabric.Addresses;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Rtnetlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink.Rtnetlink;

public class LinkMessageTest
{
    private const ushort NewLink = 16;

    [TestCase("00000100 03000000 03100000 000000", NetlinkProblem.FixedHeaderCut)]
    [TestCase(LinkBytes.Header, NetlinkProblem.AttributeMissing)]
    [TestCase(LinkBytes.Header + "09000300 7765", NetlinkProblem.AttributeCut)]
    [TestCase(LinkBytes.Header + LinkBytes.Attributes + "03000d00", NetlinkProblem.AttributeLengthTooSmall)]
    [TestCase(LinkBytes.Header + LinkBytes.Attributes + "06000400 0100 0000", NetlinkProblem.ValueTooShort)]
    [TestCase(LinkBytes.Header + LinkBytes.Attributes + "08000100 02000000", NetlinkProblem.ValueTooShort)]
    [TestCase(LinkBytes.Header + LinkBytes.Attributes + "08001200 ff000100", NetlinkProblem.AttributeCut)]
    public void A_malformed_description_is_a_problem(string hex, NetlinkProblem expected)
    {
        LinkMessage.TryParse(new NetlinkMessage(NewLink, 0, 1, Hex(hex)), out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(expected);
    }

    [Test]
    public void A_link_is_read_as_the_kernel_describes_it()
    {
        LinkMessage.TryParse(new NetlinkMessage(NewLink, 0, 1, LinkBytes.Web1), out var link, out _).ShouldBeTrue();
        link.ShouldBe(
            new Link
            {
                Index = new LinkIndex(3),
                Name = "web1",
                Kind = "veth",
                Mac = MacAddress.Parse("02:00:00:00:00:0a"),
                MtuBytes = 1500,
                IsUp = true,
                IsRunning = false,
                Lower = new LinkIndex(2),
            }
        );
    }

    [TestCase("00", false, Description = "switched on, and the kernel has not looked for a signal yet")]
    [TestCase("02", false)]
    [TestCase("05", false)]
    [TestCase("06", true)]
    public void A_link_runs_when_the_kernel_has_found_that_it_is_up(string state, bool isRunning)
    {
        // IFF_UP, IFF_BROADCAST, IFF_RUNNING and IFF_MULTICAST.
        var header = LinkBytes.Header.Replace("03100000", "43100000", StringComparison.Ordinal);
        var attributes = LinkBytes.Attributes.Replace("05001000 03000000", $"05001000 {state}000000", StringComparison.Ordinal);
        var bytes = Hex(header + attributes);
        LinkMessage.TryParse(new NetlinkMessage(NewLink, 0, 1, bytes), out var link, out _).ShouldBeTrue();
        link.IsRunning.ShouldBe(isRunning);
    }

    [Test]
    public void A_note_on_a_link_is_read()
    {
        byte[] bytes = [.. LinkBytes.Web1, .. Hex("08001400 61626300")];
        LinkMessage.TryParse(new NetlinkMessage(NewLink, 0, 1, bytes), out var link, out _).ShouldBeTrue();
        link.Alias.ShouldBe("abc");
    }

    [Test]
    public void The_address_of_a_link_that_is_not_Ethernet_is_no_MAC()
    {
        var bytes = LinkBytes.Web1;
        bytes[3] = 3; // A tunnel, ARPHRD_TUNNEL = 0x300.
        LinkMessage.TryParse(new NetlinkMessage(NewLink, 0, 1, bytes), out var link, out _).ShouldBeTrue();
        link.Mac.ShouldBeNull();
    }

    [Test]
    public void A_bridge_port_that_leaves_is_no_message_about_the_link()
    {
        var bytes = LinkBytes.Web1;
        bytes[0] = 7; // AF_BRIDGE
        LinkMessage.TryParse(new NetlinkMessage(17, 0, 0, bytes), out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(NetlinkProblem.None);
    }

    [Test]
    public void A_cut_at_any_byte_is_never_an_exception()
    {
        for (var length = 0; length < LinkBytes.Web1.Length; length++)
        {
            LinkMessage.TryParse(new NetlinkMessage(NewLink, 0, 1, LinkBytes.Web1.AsSpan(0, length)), out var link, out var problem);
            // A cut between two attributes cannot be seen here; the message's own length tells it.
            (problem != NetlinkProblem.None || link.Name == "web1").ShouldBeTrue($"cut at {length}");
        }
    }
}
