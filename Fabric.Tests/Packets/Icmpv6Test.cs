using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class Icmpv6Test
{
    private static readonly Icmpv6Header _header = Icmpv6Header.Echo(Icmpv6Type.EchoRequest, 0x1234, 1);

    private static byte[] Message => Frames.Echo6[54..];

    [Test]
    public void A_view_takes_the_message_apart()
    {
        Icmpv6View.TryParse(Message, out var view).ShouldBeTrue();
        view.Type.ShouldBe(Icmpv6Type.EchoRequest);
        view.Code.ShouldBe((byte)0);
        view.Checksum.ShouldBe((ushort)0xe24e);
        view.Rest.ShouldBe(0x12340001u);
        view.Identifier.ShouldBe((ushort)0x1234);
        view.Sequence.ShouldBe((ushort)1);
        view.Payload.ToArray().ShouldBe("abcdefg"u8.ToArray());
    }

    [Test]
    public void A_header_is_parsed() => Parse(Message).ShouldBe((_header, HeaderFault.None));

    [Test]
    public void A_header_is_written_wholly()
    {
        byte[] bytes = [.. Wire.Dirty(8), .. Message[8..]];
        _header.Write(bytes, Frames.V6.Source.AsV6, Frames.V6.Destination.AsV6);
        bytes.ShouldBe(Message);
    }

    [Test]
    public void A_frame_is_built()
    {
        var bytes = Wire.Dirty(Frames.Echo6.Length);
        PacketBuilder.Icmpv6(bytes, Frames.V6, _header, "abcdefg"u8).ShouldBe(bytes.Length);
        bytes.ShouldBe(Frames.Echo6);
    }

    [Test]
    public void A_damaged_message_has_no_header()
    {
        var message = Message;
        message[^1] ^= 1;
        Parse(message).Fault.ShouldBe(HeaderFault.Checksum);
    }

    [Test]
    public void Seven_bytes_are_no_message() => Icmpv6View.TryParse(Message.AsSpan(0, 7), out _).ShouldBeFalse();

    private static (Icmpv6Header Header, HeaderFault Fault) Parse(ReadOnlySpan<byte> message)
    {
        Icmpv6View.TryParse(message, out var view).ShouldBeTrue();
        var (source, destination) = (Frames.V6.Source.AsV6, Frames.V6.Destination.AsV6);
        Icmpv6Header.TryParse(view, source, destination, out var header, out var fault).ShouldBe(fault == HeaderFault.None);
        return (header, fault);
    }
}
