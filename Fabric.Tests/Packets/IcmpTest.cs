using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class IcmpTest
{
    private static readonly IcmpHeader _header = IcmpHeader.Echo(IcmpType.EchoRequest, 0x1234, 1);

    private static byte[] Message => Frames.Echo4[34..];

    [Test]
    public void A_view_takes_the_message_apart()
    {
        IcmpView.TryParse(Message, out var view).ShouldBeTrue();
        view.Type.ShouldBe(IcmpType.EchoRequest);
        view.Code.ShouldBe((byte)0);
        view.Checksum.ShouldBe((ushort)0x549d);
        view.Rest.ShouldBe(0x12340001u);
        view.Identifier.ShouldBe((ushort)0x1234);
        view.Sequence.ShouldBe((ushort)1);
        view.Payload.ToArray().ShouldBe("abcdefg"u8.ToArray());
    }

    [Test]
    public void A_header_is_parsed()
    {
        IcmpView.TryParse(Message, out var view);
        IcmpHeader.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void A_header_is_written_wholly()
    {
        byte[] bytes = [.. Wire.Dirty(8), .. Message[8..]];
        _header.Write(bytes);
        bytes.ShouldBe(Message);
    }

    [Test]
    public void A_frame_is_built()
    {
        var bytes = Wire.Dirty(Frames.Echo4.Length);
        PacketBuilder.Icmp(bytes, Frames.V4, _header, "abcdefg"u8).ShouldBe(bytes.Length);
        bytes.ShouldBe(Frames.Echo4);
    }

    [Test]
    public void A_damaged_message_has_no_header()
    {
        var message = Message;
        message[^1] ^= 1;
        IcmpView.TryParse(message, out var view);
        IcmpHeader.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(HeaderFault.Checksum);
    }

    [Test]
    public void Seven_bytes_are_no_message() => IcmpView.TryParse(Message.AsSpan(0, 7), out _).ShouldBeFalse();
}
