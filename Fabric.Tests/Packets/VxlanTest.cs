using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class VxlanTest
{
    private static readonly byte[] _bytes = Wire.Hex("08000000 123456 00");
    private static readonly VxlanHeader _header = new(0x123456);

    [Test]
    public void A_view_takes_the_packet_apart()
    {
        VxlanView.TryParse([.. _bytes, .. Frames.Udp4], out var view).ShouldBeTrue();
        view.Flags.ShouldBe((byte)0x08);
        view.Vni.ShouldBe(0x123456u);
        view.Payload.ToArray().ShouldBe(Frames.Udp4);
    }

    [TestCase("08000000 123456 00")]
    [TestCase("ff123456 123456 78", Description = "reserved bits are ignored")]
    public void A_header_is_parsed(string hex)
    {
        VxlanView.TryParse(Wire.Hex(hex), out var view);
        VxlanHeader.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void A_header_is_written_wholly()
    {
        var bytes = Wire.Dirty(VxlanHeader.Length);
        _header.Write(bytes);
        bytes.ShouldBe(_bytes);
    }

    [Test]
    public void Without_the_flag_there_is_no_identifier()
    {
        VxlanView.TryParse(Wire.Hex("f7000000 123456 00"), out var view);
        VxlanHeader.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(HeaderFault.Kind);
    }

    [Test]
    public void Seven_bytes_are_no_header() => VxlanView.TryParse(_bytes.AsSpan(0, 7), out _).ShouldBeFalse();
}
