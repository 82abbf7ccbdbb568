using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class UdpTest
{
    private static readonly UdpHeader _header = new(0x1234, 53, 5);

    [Test]
    public void A_view_takes_the_datagram_apart()
    {
        UdpView.TryParse([.. Frames.Udp4[34..], 0, 0], out var view).ShouldBeTrue();
        view.SourcePort.ShouldBe((ushort)0x1234);
        view.DestinationPort.ShouldBe((ushort)53);
        view.Length.ShouldBe((ushort)13);
        view.Checksum.ShouldBe((ushort)0x9596);
        view.Payload.ToArray().ShouldBe("hello"u8.ToArray());
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void A_header_is_parsed(IpFamily family)
    {
        var (_, datagram, addresses) = Of(family);
        Parse(datagram, addresses).ShouldBe((_header, HeaderFault.None));
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void A_header_is_written_wholly(IpFamily family)
    {
        var (_, datagram, addresses) = Of(family);
        byte[] bytes = [.. Wire.Dirty(8), .. datagram[8..]];
        _header.Write(bytes, addresses.Source, addresses.Destination);
        bytes.ShouldBe(datagram);
    }

    [TestCase(IpFamily.V4)]
    [TestCase(IpFamily.V6)]
    public void A_frame_is_built(IpFamily family)
    {
        var (frame, _, addresses) = Of(family);
        var bytes = Wire.Dirty(frame.Length);
        PacketBuilder.Udp(bytes, addresses, 0x1234, 53, "hello"u8).ShouldBe(frame.Length);
        bytes.ShouldBe(frame);
    }

    [Test]
    public void A_damaged_datagram_has_no_header()
    {
        var datagram = Frames.Udp4[34..];
        datagram[^1] ^= 1;
        Parse(datagram, Frames.V4).Fault.ShouldBe(HeaderFault.Checksum);
    }

    [TestCase(12)]
    [TestCase(7)]
    public void A_length_that_is_not_there_is_a_fault(int length)
    {
        var datagram = Frames.Udp4[34..];
        datagram[5] = (byte)length;
        Parse(datagram.AsSpan(0, 11), Frames.V4).Fault.ShouldBe(HeaderFault.Length);
    }

    [Test]
    public void Zero_says_that_there_is_no_checksum()
    {
        var datagram = Frames.Udp4[34..];
        datagram[6] = datagram[7] = 0;
        var (header, fault) = Parse(datagram, Frames.V4);
        fault.ShouldBe(HeaderFault.None);
        header.ShouldBe(_header with { HasChecksum = false });

        byte[] written = [.. Wire.Dirty(8), .. "hello"u8];
        header.Write(written, Frames.V4.Source, Frames.V4.Destination);
        written.ShouldBe(datagram);
    }

    [Test]
    public void A_computed_zero_is_sent_as_all_ones()
    {
        // The payload makes the sum of all other words 0xffff, whose complement is zero.
        byte[] bytes = [.. Wire.Dirty(8), 0, 0];
        new UdpHeader(0x1234, 53, 2).Write(bytes, Frames.V4.Source, Frames.V4.Destination);
        (bytes[8], bytes[9]) = (bytes[6], bytes[7]);
        new UdpHeader(0x1234, 53, 2).Write(bytes, Frames.V4.Source, Frames.V4.Destination);
        bytes[6..8].ShouldBe([0xff, 0xff]);
        Parse(bytes, Frames.V4).Fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void Seven_bytes_are_no_datagram() => UdpView.TryParse(Wire.Dirty(7), out _).ShouldBeFalse();

    private static (byte[] Frame, byte[] Datagram, PacketAddresses Addresses) Of(IpFamily family) =>
        family == IpFamily.V4 ? (Frames.Udp4, Frames.Udp4[34..], Frames.V4) : (Frames.Udp6, Frames.Udp6[54..], Frames.V6);

    private static (UdpHeader Header, HeaderFault Fault) Parse(ReadOnlySpan<byte> datagram, PacketAddresses addresses)
    {
        UdpView.TryParse(datagram, out var view).ShouldBeTrue();
        UdpHeader
            .TryParse(view, addresses.Source, addresses.Destination, out var header, out var fault)
            .ShouldBe(fault == HeaderFault.None);
        return (header, fault);
    }
}
