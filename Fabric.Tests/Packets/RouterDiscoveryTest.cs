using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Tests.Packets;

public class RouterDiscoveryTest
{
    private static readonly Ipv6Address _router = Ipv6Address.Parse("fe80::ff:fe00:b");
    private static readonly Ipv6Address _allRouters = Ipv6Address.Parse("ff02::2");

    private static readonly byte[] _solicitation = Wire.Hex("85 00 7b19 00000000 01 01 02000000000a");

    private static readonly byte[] _advertisement = Wire.Hex(
        """
        86 00 e3a4 40 c0 0708 00007530 000003e8
        01 01 02000000000b
        05 01 0000 000005dc
        03 04 40 c0 00015180 00003840 00000000 fd000000000000000000000000000000
        """
    );

    private static readonly RouterAdvertisement _header = new(
        Frames.MacB,
        1800,
        1500,
        new PrefixInformation(IpPrefix.Parse("fd00::/64"), true, true, 86400, 14400)
    )
    {
        HopLimit = 64,
        IsManaged = true,
        HasOther = true,
        ReachableMilliseconds = 30000,
        RetransmitMilliseconds = 1000,
    };

    [Test]
    public void A_view_takes_an_advertisement_apart()
    {
        RouterAdvertisementView.TryParse(_advertisement, out var view).ShouldBeTrue();
        (view.Type, view.Code, view.HopLimit).ShouldBe((Icmpv6Type.RouterAdvertisement, (byte)0, (byte)64));
        (view.IsManaged, view.HasOther, view.LifetimeSeconds).ShouldBe((true, true, (ushort)1800));
        (view.ReachableMilliseconds, view.RetransmitMilliseconds).ShouldBe((30000u, 1000u));
        view.Options.Length.ShouldBe(48);
        RouterAdvertisementView.TryParse(_advertisement.AsSpan(0, 15), out _).ShouldBeFalse();
    }

    [Test]
    public void An_advertisement_is_parsed_and_written()
    {
        Advertisement(_advertisement, _router).ShouldBe((_header, HeaderFault.None));
        var bytes = Wire.Dirty(_header.Length);
        _header.Write(bytes, _router, Ipv6Address.AllNodes);
        bytes.ShouldBe(_advertisement);
    }

    [Test]
    public void Options_may_be_absent()
    {
        var header = new RouterAdvertisement(null, 0, 0, null);
        var bytes = Wire.Dirty(header.Length);
        bytes.Length.ShouldBe(16);
        header.Write(bytes, _router, Ipv6Address.AllNodes);
        Advertisement(bytes, _router).ShouldBe((header, HeaderFault.None));
    }

    [Test]
    public void Routers_speak_from_link_local_addresses()
    {
        var source = Ipv6Address.Parse("fd00::b");
        var bytes = Wire.Dirty(_header.Length);
        _header.Write(bytes, source, Ipv6Address.AllNodes);
        Advertisement(bytes, source).Fault.ShouldBe(HeaderFault.Value);
    }

    [Test]
    public void A_solicitation_is_parsed_and_written()
    {
        var header = new RouterSolicitation(Frames.MacA);
        Solicitation(_solicitation, _router).ShouldBe((header, HeaderFault.None));
        var bytes = Wire.Dirty(header.Length);
        header.Write(bytes, _router, _allRouters);
        bytes.ShouldBe(_solicitation);
    }

    [Test]
    public void A_solicitation_from_none_names_no_station()
    {
        var bytes = Wire.Dirty(16);
        new RouterSolicitation(Frames.MacA).Write(bytes, default, _allRouters);
        Solicitation(bytes, default).Fault.ShouldBe(HeaderFault.Value);
    }

    [Test]
    public void A_prefix_is_preferred_no_longer_than_it_is_valid()
    {
        PrefixInformation
            .TryParse(Wire.Hex("40c0 00003840 00015180 00000000 fd000000000000000000000000000000"), out _, out var fault)
            .ShouldBeFalse();
        fault.ShouldBe(HeaderFault.Value);
    }

    [Test]
    public void A_redirect_is_viewed()
    {
        byte[] message =
        [
            .. Wire.Hex("89 00 0000 00000000 fd000000000000000000000000000001 fd000000000000000000000000000002"),
            2,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        RedirectView.TryParse(message, out var view).ShouldBeTrue();
        (view.Type, view.Code).ShouldBe((Icmpv6Type.Redirect, (byte)0));
        (view.Target, view.Destination).ShouldBe((Ipv6Address.Parse("fd00::1"), Ipv6Address.Parse("fd00::2")));
        view.Options.Length.ShouldBe(8);
        RedirectView.TryParse(message.AsSpan(0, 39), out _).ShouldBeFalse();
    }

    private static (RouterAdvertisement Message, HeaderFault Fault) Advertisement(byte[] message, Ipv6Address source)
    {
        RouterAdvertisementView.TryParse(message, out var view).ShouldBeTrue();
        RouterAdvertisement
            .TryParse(view, source, Ipv6Address.AllNodes, 255, out var header, out var fault)
            .ShouldBe(fault == HeaderFault.None);
        return (header, fault);
    }

    private static (RouterSolicitation Message, HeaderFault Fault) Solicitation(byte[] message, Ipv6Address source)
    {
        RouterSolicitationView.TryParse(message, out var view).ShouldBeTrue();
        RouterSolicitation.TryParse(view, source, _allRouters, 255, out var header, out var fault).ShouldBe(fault == HeaderFault.None);
        return (header, fault);
    }
}
