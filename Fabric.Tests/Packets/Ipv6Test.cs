using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class Ipv6Test
{
    private static readonly byte[] _bytes = Wire.Hex(
        "6b812345 0003 fd 07 fd000000000000000000000000000001 fd000000000000000000000000000002 313233"
    );

    private static readonly Ipv6Header _header = new(Ipv6Address.Parse("fd00::1"), Ipv6Address.Parse("fd00::2"), 0xfd, 3)
    {
        TrafficClass = 0xb8,
        FlowLabel = 0x12345,
        HopLimit = 7,
    };

    [Test]
    public void A_view_takes_the_packet_apart()
    {
        Ipv6View.TryParse([.. _bytes, 0, 0], out var view).ShouldBeTrue();
        view.Version.ShouldBe((byte)6);
        view.TrafficClass.ShouldBe((byte)0xb8);
        view.FlowLabel.ShouldBe(0x12345u);
        view.PayloadLength.ShouldBe((ushort)3);
        view.NextHeader.ShouldBe((byte)0xfd);
        view.HopLimit.ShouldBe((byte)7);
        view.Source.ShouldBe(_header.Source);
        view.Destination.ShouldBe(_header.Destination);
        view.Payload.ToArray().ShouldBe("123"u8.ToArray());
    }

    [Test]
    public void A_header_is_parsed()
    {
        Ipv6View.TryParse(_bytes, out var view);
        Ipv6Header.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void A_header_is_written_wholly()
    {
        var bytes = Wire.Dirty(Ipv6Header.Length);
        _header.Write(bytes);
        bytes.ShouldBe(_bytes[..40]);
    }

    [TestCase(0, 0x4b, HeaderFault.Version)]
    [TestCase(5, 0x04, HeaderFault.Length)]
    [TestCase(8, 0xff, HeaderFault.Value)]
    public void A_header_never_lies(int at, byte value, HeaderFault expected)
    {
        var packet = _bytes.ToArray();
        packet[at] = value;
        Ipv6View.TryParse(packet, out var view).ShouldBeTrue();
        Ipv6Header.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(expected);
    }

    [Test]
    public void Thirty_nine_bytes_are_no_packet() => Ipv6View.TryParse(_bytes.AsSpan(0, 39), out _).ShouldBeFalse();

    [Test]
    public void Fields_change_in_place()
    {
        var packet = _bytes.ToArray();
        Ipv6.SetHopLimit(packet, 6);
        Ipv6.SetTrafficClass(packet, 0x47);
        Ipv6.SetFlowLabel(packet, 0xedcba);
        Ipv6View.TryParse(packet, out var view);
        Ipv6Header.TryParse(view, out var header, out _).ShouldBeTrue();
        header.ShouldBe(_header with { HopLimit = 6, TrafficClass = 0x47, FlowLabel = 0xedcba });
    }
}
