using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class NeighborDiscoveryTest
{
    private static readonly Ipv6Address _asker = Ipv6Address.Parse("fd00::1");
    private static readonly Ipv6Address _target = Ipv6Address.Parse("fd00::2");

    private static byte[] SolicitationFrame =>
        Wire.Hex(
            """
            3333ff000002 02000000000a 86dd
            60000000 0020 3a ff fd000000000000000000000000000001 ff0200000000000000000001ff000002
            87 00 7d8e 00000000 fd000000000000000000000000000002 01 01 02000000000a
            """
        );

    private static byte[] AdvertisementFrame =>
        Wire.Hex(
            """
            02000000000a 02000000000b 86dd
            60000000 0020 3a ff fd000000000000000000000000000002 fd000000000000000000000000000001
            88 00 9c90 e0000000 fd000000000000000000000000000002 02 01 02000000000b
            """
        );

    [Test]
    public void A_view_takes_the_message_apart()
    {
        NeighborView.TryParse(AdvertisementFrame.AsSpan(54), out var view).ShouldBeTrue();
        (view.Type, view.Code).ShouldBe((Icmpv6Type.NeighborAdvertisement, (byte)0));
        (view.IsRouter, view.IsSolicited, view.IsOverride).ShouldBe((true, true, true));
        view.Target.ShouldBe(_target);
        view.Options.ToArray().ShouldBe(Wire.Hex("0201 02000000000b"));
        NeighborView.TryParse(AdvertisementFrame.AsSpan(54, 23), out _).ShouldBeFalse();
    }

    [Test]
    public void A_solicitation_is_parsed_and_written()
    {
        var message = new NeighborSolicitation(_target, Frames.MacA);
        Solicitation(SolicitationFrame[54..], _asker, _target.SolicitedNode).ShouldBe((message, HeaderFault.None));
        var bytes = Wire.Dirty(message.Length);
        message.Write(bytes, _asker, _target.SolicitedNode);
        bytes.ShouldBe(SolicitationFrame[54..]);
    }

    [Test]
    public void An_advertisement_is_parsed_and_written()
    {
        var message = new NeighborAdvertisement(_target, Frames.MacB, true, true, true);
        Advertisement(AdvertisementFrame[54..], _target, _asker).ShouldBe((message, HeaderFault.None));
        var bytes = Wire.Dirty(message.Length);
        message.Write(bytes, _target, _asker);
        bytes.ShouldBe(AdvertisementFrame[54..]);
    }

    [Test]
    public void A_solicitation_goes_to_the_group_of_its_target()
    {
        var frame = Wire.Dirty(86);
        PacketBuilder.NeighborSolicitation(frame, Frames.MacA, _asker, _target).ShouldBe(86);
        frame.ShouldBe(SolicitationFrame);
    }

    [Test]
    public void A_probe_for_a_duplicate_has_no_source()
    {
        var frame = Wire.Dirty(100);
        var length = PacketBuilder.NeighborSolicitation(frame, Frames.MacA, default, _target);
        length.ShouldBe(78);
        Solicitation(frame[54..length], default, _target.SolicitedNode).ShouldBe((new(_target, null), HeaderFault.None));
    }

    [Test]
    public void A_known_neighbor_is_asked_alone()
    {
        var frame = Wire.Dirty(86);
        PacketBuilder.NeighborProbe(frame, Frames.MacA, _asker, Frames.MacB, _target).ShouldBe(86);
        frame[..6].ShouldBe(Wire.Hex("02000000000b"));
        Solicitation(frame[54..], _asker, _target).ShouldBe((new(_target, Frames.MacA), HeaderFault.None));
    }

    [Test]
    public void An_advertisement_answers_who_asked()
    {
        var frame = Wire.Dirty(86);
        PacketBuilder.NeighborAdvertisement(frame, Frames.MacB, _target, Frames.MacA, _asker, isRouter: true).ShouldBe(86);
        frame.ShouldBe(AdvertisementFrame);
    }

    [Test]
    public void A_probe_is_answered_to_all_nodes()
    {
        var frame = Wire.Dirty(86);
        PacketBuilder.NeighborAdvertisement(frame, Frames.MacB, _target, Frames.MacA, default, isRouter: false);
        frame[..6].ShouldBe(Wire.Hex("333300000001"));
        Advertisement(frame[54..], _target, Ipv6Address.AllNodes)
            .ShouldBe((new(_target, Frames.MacB, false, false, true), HeaderFault.None));
    }

    [TestCase("86 00 7e8e", HeaderFault.Kind, Description = "another type")]
    [TestCase("87 01 7d8d", HeaderFault.Kind, Description = "another code")]
    [TestCase("87 00 7d8f", HeaderFault.Checksum)]
    public void A_solicitation_never_lies(string start, HeaderFault expected)
    {
        byte[] message = [.. Wire.Hex(start), .. SolicitationFrame[58..]];
        Solicitation(message, _asker, _target.SolicitedNode).Fault.ShouldBe(expected);
    }

    [Test]
    public void A_message_that_was_forwarded_is_refused() =>
        Solicitation(SolicitationFrame[54..], _asker, _target.SolicitedNode, hopLimit: 254).Fault.ShouldBe(HeaderFault.Value);

    [Test]
    public void A_target_is_no_group() =>
        Solicitation(Written(new(Ipv6Address.AllNodes, null), _asker, _target), _asker, _target).Fault.ShouldBe(HeaderFault.Value);

    [Test]
    public void A_probe_with_a_station_or_to_one_node_is_refused()
    {
        var group = _target.SolicitedNode;
        Solicitation(Written(new(_target, Frames.MacA), default, group), default, group).Fault.ShouldBe(HeaderFault.Value);
        Solicitation(Written(new(_target, null), default, _target), default, _target).Fault.ShouldBe(HeaderFault.Value);
    }

    [Test]
    public void An_option_of_length_zero_is_refused()
    {
        var message = SolicitationFrame[54..];
        message[25] = 0;
        (message[2], message[3]) = (0x7d, 0x8f);
        Solicitation(message, _asker, _target.SolicitedNode).Fault.ShouldBe(HeaderFault.Length);
    }

    [Test]
    public void An_advertisement_to_a_group_is_not_solicited()
    {
        var all = Ipv6Address.AllNodes;
        var bytes = Wire.Dirty(32);
        new NeighborAdvertisement(_target, Frames.MacB, false, true, true).Write(bytes, _target, all);
        Advertisement(bytes, _target, all).Fault.ShouldBe(HeaderFault.Value);
    }

    [Test]
    public void The_fields_of_a_key_are_read()
    {
        Fields(SolicitationFrame).ShouldBe(new NeighborFields(_target, Frames.MacA, MacAddress.Zero));
        Fields(AdvertisementFrame).ShouldBe(new NeighborFields(_target, MacAddress.Zero, Frames.MacB));
        Fields(Frames.Echo6).ShouldBeNull();
        Fields(SolicitationFrame[..77]).ShouldBeNull();
    }

    [TestCase("0101 02000000000c", "00:00:00:00:00:00", Description = "a repeated option makes all void, as in the kernel")]
    [TestCase("0100 02000000000c", "02:00:00:00:00:0a", Description = "what precedes a broken one counts")]
    [TestCase("0301 02000000000c", "02:00:00:00:00:0a", Description = "others do not matter")]
    public void Odd_options_are_read_as_the_kernel_does(string option, string mac)
    {
        var fields = Fields([.. SolicitationFrame, .. Wire.Hex(option)]).ShouldNotBeNull();
        fields.SourceMac.ShouldBe(MacAddress.Parse(mac));
    }

    [Test]
    public void The_fields_change_in_place()
    {
        foreach (var frame in new[] { SolicitationFrame, AdvertisementFrame })
        {
            PacketLayout.TryParse(frame, out var layout);
            PacketEditor.SetNdTarget(frame, layout, Ipv6Address.Parse("2001:db8::5"));
            PacketEditor.SetNdSource(frame, layout, MacAddress.Parse("02:11:22:33:44:55"));
            PacketEditor.SetNdTarget(frame, layout, MacAddress.Parse("02:66:77:88:99:aa"));
            TransportChecksum.Holds(frame, layout).ShouldBeTrue();
        }
        var changed = SolicitationFrame;
        PacketLayout.TryParse(changed, out var where);
        PacketEditor.SetNdSource(changed, where, MacAddress.Parse("02:11:22:33:44:55"));
        PacketEditor.SetNdTarget(changed, where, Ipv6Address.Parse("2001:db8::5"));
        Fields(changed)
            .ShouldBe(new NeighborFields(Ipv6Address.Parse("2001:db8::5"), MacAddress.Parse("02:11:22:33:44:55"), MacAddress.Zero));
    }

    private static byte[] Written(NeighborSolicitation message, Ipv6Address source, Ipv6Address destination)
    {
        var bytes = Wire.Dirty(message.Length);
        message.Write(bytes, source, destination);
        return bytes;
    }

    private static (NeighborSolicitation Message, HeaderFault Fault) Solicitation(
        byte[] message,
        Ipv6Address source,
        Ipv6Address destination,
        byte hopLimit = 255
    )
    {
        NeighborView.TryParse(message, out var view).ShouldBeTrue();
        NeighborSolicitation
            .TryParse(view, source, destination, hopLimit, out var header, out var fault)
            .ShouldBe(fault == HeaderFault.None);
        return (header, fault);
    }

    private static (NeighborAdvertisement Message, HeaderFault Fault) Advertisement(
        byte[] message,
        Ipv6Address source,
        Ipv6Address destination
    )
    {
        NeighborView.TryParse(message, out var view).ShouldBeTrue();
        NeighborAdvertisement.TryParse(view, source, destination, 255, out var header, out var fault).ShouldBe(fault == HeaderFault.None);
        return (header, fault);
    }

    private static NeighborFields? Fields(byte[] frame)
    {
        PacketLayout.TryParse(frame, out var layout).ShouldBeTrue();
        return NeighborFields.TryRead(frame, layout, out var fields) ? fields : null;
    }
}
