using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class TcpTest
{
    private static readonly TcpHeader _header = new(40000, 80, 0x01020304, 0, TcpFlags.Syn)
    {
        Window = 64240,
        Options = new HeaderOptions([2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2]),
    };

    [Test]
    public void A_view_takes_the_segment_apart()
    {
        var segment = Frames.Tcp4[34..];
        (segment[12], segment[13], segment[19]) = (0x87, 0x1b, 9);
        TcpView.TryParse([.. segment, 1, 2], out var view).ShouldBeTrue();
        view.SourcePort.ShouldBe((ushort)40000);
        view.DestinationPort.ShouldBe((ushort)80);
        view.Sequence.ShouldBe(0x01020304u);
        view.Acknowledgment.ShouldBe(0u);
        view.HeaderLength.ShouldBe(32);
        view.Flags.ShouldBe((TcpFlags)0x71b);
        view.Window.ShouldBe((ushort)64240);
        view.Checksum.ShouldBe((ushort)0xc088);
        view.Urgent.ShouldBe((ushort)9);
        view.Options.ToArray().ShouldBe(Wire.Hex("020405b4 01030307 04020000"));
        view.Payload.ToArray().ShouldBe([1, 2]);
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void A_header_is_parsed(IpFamily family)
    {
        var (_, segment, addresses) = Of(family);
        Parse(segment, addresses).ShouldBe((_header, HeaderFault.None));
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void A_header_is_written_wholly(IpFamily family)
    {
        var (_, segment, addresses) = Of(family);
        var bytes = Wire.Dirty(segment.Length);
        _header.Write(bytes, addresses.Source, addresses.Destination);
        bytes.ShouldBe(segment);
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void A_frame_is_built(IpFamily family)
    {
        var (frame, _, addresses) = Of(family);
        var bytes = Wire.Dirty(frame.Length);
        PacketBuilder.Tcp(bytes, addresses, _header, []).ShouldBe(frame.Length);
        bytes.ShouldBe(frame);
    }

    [Test]
    public void A_damaged_segment_has_no_header()
    {
        var segment = Frames.Tcp4[34..];
        segment[4] ^= 1;
        Parse(segment, Frames.V4).Fault.ShouldBe(HeaderFault.Checksum);
    }

    [Test]
    public void A_reserved_bit_is_a_fault()
    {
        var segment = Frames.Tcp4[34..];
        segment[12] |= 2;
        segment[16] -= 2;
        Parse(segment, Frames.V4).Fault.ShouldBe(HeaderFault.Reserved);
    }

    [TestCase(0x40, 32)]
    [TestCase(0x80, 31)]
    [TestCase(0x50, 19)]
    public void A_header_that_ends_early_is_no_segment(byte offset, int length)
    {
        var segment = Frames.Tcp4[34..(34 + length)];
        segment[12] = offset;
        TcpView.TryParse(segment, out _).ShouldBeFalse();
    }

    [TestCase("020405b4 01030307 04020000", 22)]
    [TestCase("01020405 b4010101 04020000", 23)]
    [TestCase("01030307 04020000 020405b4", null, Description = "after the end of the list")]
    [TestCase("020305b4 00000000 00000000", null, Description = "of a wrong length")]
    [TestCase("08ff05b4 020405b4 00000000", null, Description = "after one that is too long")]
    public void The_segment_size_is_found_at_any_place(string options, int? expected)
    {
        byte[] segment = [.. Frames.Tcp4[34..54], .. Wire.Hex(options)];
        Tcp.TryFindMaxSegmentSize(segment, out var at).ShouldBe(expected is not null);
        at.ShouldBe(expected ?? 0);
    }

    private static (byte[] Frame, byte[] Segment, PacketAddresses Addresses) Of(IpFamily family) =>
        family == IpFamily.V4 ? (Frames.Tcp4, Frames.Tcp4[34..], Frames.V4) : (Frames.Tcp6, Frames.Tcp6[54..], Frames.V6);

    private static (TcpHeader Header, HeaderFault Fault) Parse(ReadOnlySpan<byte> segment, PacketAddresses addresses)
    {
        TcpView.TryParse(segment, out var view).ShouldBeTrue();
        TcpHeader
            .TryParse(view, addresses.Source, addresses.Destination, out var header, out var fault)
            .ShouldBe(fault == HeaderFault.None);
        return (header, fault);
    }
}
