using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using static Fabric.Tests.Netlink.Attributes;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink.Generic;

public class GenericFamiliesTest
{
    private const ushort Control = 16;

    private static byte[] Header => Hex("01 02 0000");

    private static byte[] Family =>
        [
            .. Header,
            .. Of(2, "ovs_flow"),
            .. Of(1, 0x1d, 0),
            .. Of(3, 1u),
            .. Of(9, 1, 2, 3),
            .. Nest(7, Nest(1, Of(2, 11u), Of(1, "ovs_flow")), Nest(2, Of(2, 12u), Of(1, "other"))),
        ];

    [TestCase("01 02 00", "FixedHeaderCut")]
    [TestCase("01020000 0500", "AttributeHeaderCut")]
    [TestCase("01020000 0900 0100 1d00", "AttributeCut")]
    [TestCase("01020000 0500 0100 1d000000", "ValueTooShort")]
    [TestCase("01020000 0600 0100 1d000000", "AttributeMissing")]
    [TestCase("01020000 0d00 0200 6f76735f666c6f7700 000000", "AttributeMissing")]
    [TestCase("01020000 0c00 0700 0800 0100 ff00 0200", "AttributeCut")]
    public void A_malformed_description_is_an_exception_that_says_so(string hex, string problem)
    {
        var failure = Should.Throw<NetlinkException>(() => Resolve(new Reply(Control, Hex(hex)), Reply.Acknowledgement));
        failure.Errno.ShouldBe(Errno.BadMessage);
        failure.Message.ShouldContain(problem);
    }

    [Test]
    public void A_message_of_another_family_or_command_is_passed_over()
    {
        var other = new Reply(29, Family);
        var removed = new Reply(Control, [2, .. Family[1..]]);
        Resolve(other, removed, new Reply(Control, Family), Reply.Acknowledgement).Id.ShouldBe((ushort)0x1d);
        Should.Throw<NetlinkException>(() => Resolve(other, Reply.Acknowledgement)).Errno.ShouldBe(Errno.BadMessage);
    }

    [Test]
    public void A_family_that_is_not_there_tells_which_module_to_load()
    {
        var failure = Should.Throw<NetlinkException>(() => Resolve(Reply.Error(2)));
        failure.Errno.ShouldBe(Errno.NoEntry);
        failure.Message.ShouldBe(
            "find ovs_flow in the kernel: No such file or directory (errno 2); "
                + "the Open vSwitch kernel module is not loaded, load it with: modprobe openvswitch"
        );
    }

    [Test]
    public void A_family_has_its_number_version_and_groups()
    {
        var family = Resolve(new Reply(Control, Family), Reply.Acknowledgement);
        family.Name.ShouldBe("ovs_flow");
        family.Id.ShouldBe((ushort)0x1d);
        family.Version.ShouldBe((byte)1);
        family.Groups.ShouldBe(new Dictionary<string, uint> { ["ovs_flow"] = 11, ["other"] = 12 });
    }

    [Test]
    public void A_family_is_asked_for_by_name()
    {
        var kernel = FakeKernel.Answering(new Reply(Control, Family), Reply.Acknowledgement);
        using var session = new NetlinkSession(kernel);
        GenericFamilies.Resolve(session, "ovs_flow");
        kernel.Requests[0].ShouldBe(Hex("24000000 1000 0500 01000000 00000000 03 02 0000 0d00 0200 6f76735f666c6f7700 000000"));
    }

    private static GenericFamily Resolve(params Reply[] replies)
    {
        using var session = new NetlinkSession(FakeKernel.Answering(replies));
        return GenericFamilies.Resolve(session, "ovs_flow");
    }
}
