using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class ArpTest
{
    private static readonly ArpHeader _header = new(
        Arp.Request,
        Frames.MacA,
        Ipv4Address.Parse("10.0.0.1"),
        MacAddress.Zero,
        Ipv4Address.Parse("10.0.0.2")
    );

    private static byte[] Packet => Frames.ArpRequest[14..];

    [Test]
    public void A_view_takes_the_packet_apart()
    {
        ArpView.TryParse(Packet, out var view).ShouldBeTrue();
        view.HardwareType.ShouldBe(Arp.EthernetHardware);
        view.ProtocolType.ShouldBe(EtherType.Ipv4);
        view.HardwareLength.ShouldBe((byte)6);
        view.ProtocolLength.ShouldBe((byte)4);
        view.Operation.ShouldBe(Arp.Request);
        view.SenderHardware.ToArray().ShouldBe(Wire.Hex("02000000000a"));
        view.SenderProtocol.ToArray().ShouldBe(Wire.Hex("0a000001"));
        view.TargetHardware.ToArray().ShouldBe(Wire.Hex("000000000000"));
        view.TargetProtocol.ToArray().ShouldBe(Wire.Hex("0a000002"));
    }

    [Test]
    public void A_packet_is_parsed()
    {
        ArpView.TryParse(Packet, out var view);
        ArpHeader.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void A_packet_is_written_wholly()
    {
        var bytes = Wire.Dirty(ArpHeader.Length);
        _header.Write(bytes);
        bytes.ShouldBe(Packet);
    }

    [Test]
    public void A_request_is_built_for_everyone()
    {
        var frame = Wire.Dirty(42);
        PacketBuilder.ArpRequest(frame, _header.SenderMac, _header.SenderIp, _header.TargetIp).ShouldBe(42);
        frame.ShouldBe(Frames.ArpRequest);
    }

    [Test]
    public void A_reply_is_built_for_who_asked()
    {
        var frame = Wire.Dirty(42);
        PacketBuilder.ArpReply(frame, Frames.MacB, _header.TargetIp, Frames.MacA, _header.SenderIp).ShouldBe(42);
        frame.ShouldBe(
            Wire.Hex(
                """
                02000000000a 02000000000b 0806
                0001 0800 06 04 0002  02000000000b 0a000002  02000000000a 0a000001
                """
            )
        );
    }

    [Test]
    public void Addresses_of_any_length_are_viewed_and_not_judged()
    {
        ArpView.TryParse(Wire.Hex("0006 0800 02 01 0001 aabb cc ddee ff"), out var view).ShouldBeTrue();
        view.SenderHardware.ToArray().ShouldBe([0xaa, 0xbb]);
        view.TargetProtocol.ToArray().ShouldBe([0xff]);
        ArpHeader.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(HeaderFault.Kind);
    }

    [Test]
    public void A_sender_is_one_station()
    {
        var packet = Packet;
        packet[8] = 0x03;
        ArpView.TryParse(packet, out var view);
        ArpHeader.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(HeaderFault.Value);
    }

    [Test]
    public void A_packet_that_ends_early_is_none() => ArpView.TryParse(Packet.AsSpan(0, 27), out _).ShouldBeFalse();
}
