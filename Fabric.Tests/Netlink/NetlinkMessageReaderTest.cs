using Fabric.Agent.Netlink;
using static Fabric.Tests.Packets.Wire;

namespace Fabric.Tests.Netlink;

public class NetlinkMessageReaderTest
{
    [TestCase("10", NetlinkProblem.MessageHeaderCut)]
    [TestCase("10000000 0200 0000 01000000 000000", NetlinkProblem.MessageHeaderCut)]
    [TestCase("00000000 0200 0000 01000000 00000000", NetlinkProblem.MessageLengthTooSmall)]
    [TestCase("0f000000 0200 0000 01000000 00000000", NetlinkProblem.MessageLengthTooSmall)]
    [TestCase("14000000 0200 0000 01000000 00000000 0000", NetlinkProblem.MessageCut)]
    [TestCase("ffffffff 0200 0000 01000000 00000000", NetlinkProblem.MessageCut)]
    public void Malformed_messages_end_the_datagram(string hex, NetlinkProblem problem)
    {
        var reader = new NetlinkMessageReader(Hex(hex));
        reader.TryRead(out _).ShouldBeFalse();
        reader.Problem.ShouldBe(problem);
        reader.TryRead(out _).ShouldBeFalse();
    }

    [Test]
    public void A_datagram_is_taken_apart_into_its_messages()
    {
        var reader = new NetlinkMessageReader(Hex("11000000 1000 0200 07000000 00000000 aa 000000  10000000 0300 0000 08000000 00000000"));
        reader.TryRead(out var first).ShouldBeTrue();
        first.Type.ShouldBe((ushort)16);
        first.Flags.ShouldBe(NetlinkFlags.Multi);
        first.Sequence.ShouldBe(7u);
        first.Payload.ToArray().ShouldBe([0xaa]);
        reader.TryRead(out var second).ShouldBeTrue();
        second.Type.ShouldBe((ushort)3);
        second.Sequence.ShouldBe(8u);
        reader.TryRead(out _).ShouldBeFalse();
        reader.Problem.ShouldBe(NetlinkProblem.None);
    }

    [Test]
    public void A_payload_shorter_than_the_fixed_header_does_not_split()
    {
        var message = new NetlinkMessage(16, 0, 1, new byte[15]);
        message.TrySplit(16, out _, out _).ShouldBeFalse();
    }

    [Test]
    public void The_attributes_begin_after_the_padding_of_the_fixed_header()
    {
        var message = new NetlinkMessage(16, 0, 1, Hex("aabb 0000 05000100 cc"));
        message.TrySplit(2, out var header, out var attributes).ShouldBeTrue();
        header.ToArray().ShouldBe([0xaa, 0xbb]);
        attributes.Next().ShouldBeTrue();
        attributes.Value.ToArray().ShouldBe([0xcc]);
    }
}
