using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class VlanTest
{
    private static readonly byte[] _bytes = Wire.Hex("88a8 b064 0800");
    private static readonly VlanHeader _header = new(EtherType.ServiceVlan, 5, true, 100);

    [Test]
    public void A_view_takes_the_tag_apart()
    {
        VlanView.TryParse([.. _bytes, 7, 8], out var view).ShouldBeTrue();
        view.Tpid.ShouldBe(EtherType.ServiceVlan);
        view.Tci.ShouldBe((ushort)0xb064);
        view.Priority.ShouldBe((byte)5);
        view.IsDropEligible.ShouldBeTrue();
        view.Id.ShouldBe((ushort)100);
        view.TypeOrLength.ShouldBe(EtherType.Ipv4);
        view.Payload.ToArray().ShouldBe([7, 8]);
    }

    [Test]
    public void A_tag_is_parsed()
    {
        VlanView.TryParse(_bytes, out var view);
        VlanHeader.TryParse(view, out var header, out var fault).ShouldBeTrue();
        header.ShouldBe(_header);
        fault.ShouldBe(HeaderFault.None);
    }

    [Test]
    public void A_tag_is_written_wholly()
    {
        var bytes = Wire.Dirty(VlanHeader.Length);
        _header.Write(bytes);
        bytes.ShouldBe(_bytes[..4]);
    }

    [TestCase("0800 b064 0800", HeaderFault.Kind)]
    [TestCase("8100 0fff 0800", HeaderFault.Value)]
    public void Another_type_or_the_reserved_identifier_is_no_tag(string hex, HeaderFault expected)
    {
        VlanView.TryParse(Wire.Hex(hex), out var view);
        VlanHeader.TryParse(view, out _, out var fault).ShouldBeFalse();
        fault.ShouldBe(expected);
    }

    [Test]
    public void Five_bytes_are_no_tag() => VlanView.TryParse(_bytes.AsSpan(0, 5), out _).ShouldBeFalse();

    [Test]
    public void A_tag_is_pushed_before_the_type_and_popped_again()
    {
        byte[] room = [.. Wire.Dirty(4), .. Frames.Udp4];
        Vlan.Push(room, new VlanHeader(10));
        room.ShouldBe([.. Frames.Udp4[..12], .. Wire.Hex("8100 000a"), .. Frames.Udp4[12..]]);

        Vlan.SetTci(room, 0x2014);
        room[12..16].ShouldBe(Wire.Hex("8100 2014"));

        Vlan.Pop(room);
        room[4..].ShouldBe(Frames.Udp4);
    }
}
