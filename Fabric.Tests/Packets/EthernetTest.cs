using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class EthernetTest
{
    private static readonly EthernetHeader _header = new(Frames.MacB, Frames.MacA, EtherType.Ipv4);

    [Test]
    public void A_view_takes_the_frame_apart()
    {
        EthernetView.TryParse(Frames.Udp4, out var view).ShouldBeTrue();
        view.Destination.ShouldBe(Frames.MacB);
        view.Source.ShouldBe(Frames.MacA);
        view.TypeOrLength.ShouldBe(EtherType.Ipv4);
        view.Payload.ToArray().ShouldBe(Frames.Udp4[14..]);
    }

    [Test]
    public void A_header_is_parsed()
    {
        EthernetView.TryParse(Frames.Udp4, out var view);
        EthernetHeader.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void A_header_is_written_wholly()
    {
        var bytes = Wire.Dirty(EthernetHeader.Length);
        _header.Write(bytes);
        bytes.ShouldBe(Frames.Udp4[..14]);
    }

    [Test]
    public void Addresses_change_in_place()
    {
        var frame = Frames.Udp4;
        Ethernet.SetSource(frame, Frames.MacB);
        Ethernet.SetDestination(frame, Frames.MacA);
        frame.ShouldBe([.. Wire.Hex("02000000000a 02000000000b"), .. Frames.Udp4[12..]]);
    }

    [Test]
    public void Thirteen_bytes_are_no_frame() => EthernetView.TryParse(Frames.Udp4.AsSpan(0, 13), out _).ShouldBeFalse();

    [Test]
    public void A_length_is_no_type()
    {
        EthernetView.TryParse(Wire.Hex("0180c2000000 02000000000a 0026 424203"), out var view);
        EthernetHeader.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(HeaderFault.Kind);
    }
}
