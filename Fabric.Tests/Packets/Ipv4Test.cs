using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class Ipv4Test
{
    private static readonly Ipv4Header _header = new(Ipv4Address.Parse("10.0.0.1"), Ipv4Address.Parse("10.0.0.2"), IpProtocol.Udp, 8)
    {
        Tos = 0xb8,
        Identification = 0xbeef,
        HasMoreFragments = true,
        FragmentOffset = 24,
        Ttl = 3,
        Options = new HeaderOptions([0x94, 4, 0, 0, 1, 1, 1]),
    };

    [Test]
    public void A_view_takes_the_packet_apart()
    {
        Ipv4View.TryParse([.. Frames.Fragment4, 0, 0], out var view).ShouldBeTrue();
        view.Version.ShouldBe((byte)4);
        view.HeaderLength.ShouldBe(28);
        view.Tos.ShouldBe((byte)0xb8);
        view.TotalLength.ShouldBe((ushort)36);
        view.Identification.ShouldBe((ushort)0xbeef);
        view.IsReserved.ShouldBeFalse();
        view.IsDontFragment.ShouldBeFalse();
        view.HasMoreFragments.ShouldBeTrue();
        view.FragmentOffset.ShouldBe(24);
        view.Ttl.ShouldBe((byte)3);
        view.Protocol.ShouldBe(IpProtocol.Udp);
        view.HeaderChecksum.ShouldBe((ushort)0x2c17);
        view.Source.ShouldBe(_header.Source);
        view.Destination.ShouldBe(_header.Destination);
        view.Options.ToArray().ShouldBe(Wire.Hex("94040000 01010100"));
        view.Payload.ToArray().ShouldBe("12345678"u8.ToArray());
    }

    [Test]
    public void A_header_is_parsed()
    {
        Ipv4View.TryParse(Frames.Fragment4, out var view);
        Ipv4Header.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void A_header_is_written_wholly()
    {
        var bytes = Wire.Dirty(_header.Length);
        _header.Write(bytes);
        bytes.ShouldBe(Frames.Fragment4[..28]);
    }

    [TestCase("55b8 0024 beef 2003 0311 2c17 0a000001 0a000002 94040000 01010100 3132333435363738", HeaderFault.Version)]
    [TestCase("47b8 0025 beef 2003 0311 2c16 0a000001 0a000002 94040000 01010100 3132333435363738", HeaderFault.Length)]
    [TestCase("47b8 001b beef 2003 0311 2c20 0a000001 0a000002 94040000 01010100 3132333435363738", HeaderFault.Length)]
    [TestCase("47b8 0024 beef 2003 0411 2c17 0a000001 0a000002 94040000 01010100 3132333435363738", HeaderFault.Checksum)]
    [TestCase("47b8 0024 beef a003 0311 ac16 0a000001 0a000002 94040000 01010100 3132333435363738", HeaderFault.Reserved)]
    [TestCase("47b8 0024 beef 2003 0311 5616 e0000001 0a000002 94040000 01010100 3132333435363738", HeaderFault.Value)]
    public void A_header_never_lies(string hex, HeaderFault expected)
    {
        Ipv4View.TryParse(Wire.Hex(hex), out var view).ShouldBeTrue();
        Ipv4Header.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(expected);
    }

    [TestCase(0x44, 28)]
    [TestCase(0x47, 27)]
    [TestCase(0x45, 19)]
    public void A_header_that_ends_early_is_no_packet(byte first, int length)
    {
        var packet = Frames.Fragment4[..length];
        packet[0] = first;
        Ipv4View.TryParse(packet, out _).ShouldBeFalse();
    }

    [Test]
    public void Changes_in_place_keep_the_checksum()
    {
        var packet = Frames.Fragment4;
        Ipv4.SetTtl(packet, 2);
        Ipv4.SetTos(packet, 0x01);
        Ipv4View.TryParse(packet, out var view);
        Ipv4Header.TryParse(view, out var header, out _).ShouldBeTrue();
        header.ShouldBe(_header with { Ttl = 2, Tos = 0x01 });
    }

    [Test]
    public void Options_are_read_one_by_one()
    {
        var reader = new OptionReader(Wire.Hex("01 94040000 01 07 03 04 00 ff"));
        reader.TryNext(out var kind, out var value).ShouldBeTrue();
        kind.ShouldBe((byte)0x94);
        value.ToArray().ShouldBe([0, 0]);
        reader.TryNext(out kind, out value).ShouldBeTrue();
        kind.ShouldBe((byte)7);
        value.ToArray().ShouldBe([4]);
        reader.TryNext(out _, out _).ShouldBeFalse();
        reader.IsWhole.ShouldBeTrue();
    }

    [TestCase("94")]
    [TestCase("94 01")]
    [TestCase("94 05 00 00")]
    public void An_option_of_a_wrong_length_ends_the_list(string hex)
    {
        var reader = new OptionReader(Wire.Hex(hex));
        reader.TryNext(out _, out _).ShouldBeFalse();
        reader.IsWhole.ShouldBeFalse();
    }
}
