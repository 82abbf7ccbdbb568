using Fabric.Addresses;

namespace Fabric.Tests.Addresses;

public class Ipv6AddressTest
{
    [TestCase("::", "::")]
    [TestCase("::1", "::1")]
    [TestCase("fd00:0:0:0:0:0:0:1", "fd00::1")]
    [TestCase("2001:DB8::1", "2001:db8::1", Description = "RFC 5952, section 4.3")]
    [TestCase("2001:0db8::0001", "2001:db8::1", Description = "section 4.1")]
    [TestCase("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", Description = "section 4.2.3, the first of equal runs")]
    [TestCase("2001:0:0:1:0:0:0:1", "2001:0:0:1::1", Description = "section 4.2.3, the longest run")]
    [TestCase("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", Description = "section 4.2.2, not one field")]
    [TestCase("::ffff:192.0.2.1", "::ffff:192.0.2.1", Description = "section 5")]
    [TestCase("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void Text_is_canonical(string text, string canonical)
    {
        Ipv6Address.TryParse(text, out var address).ShouldBeTrue();
        address.ToString().ShouldBe(canonical);
        Ipv6Address.Parse(canonical).ShouldBe(address);
    }

    [Test]
    public void Bits_are_in_the_order_of_the_text() =>
        Ipv6Address
            .Parse("1122:3344:5566:7788:99aa:bbcc:ddee:ff00")
            .Bits.ShouldBe(new UInt128(0x1122_3344_5566_7788, 0x99aa_bbcc_ddee_ff00));

    [TestCase("")]
    [TestCase("10.0.0.1")]
    [TestCase(":")]
    [TestCase(":::")]
    [TestCase("1::2::3")]
    [TestCase("1:2:3:4:5:6:7")]
    [TestCase("1:2:3:4:5:6:7:8:9")]
    [TestCase("12345::")]
    [TestCase("fe80::1%eth0")]
    [TestCase("[::1]")]
    [TestCase("[::1]:80")]
    [TestCase("::1/64")]
    [TestCase("::g")]
    [TestCase("::1\0")]
    [TestCase("::1 ")]
    public void Other_text_is_refused(string text)
    {
        Ipv6Address.TryParse(text, out var address).ShouldBeFalse();
        address.ShouldBe(default);
        Should.Throw<FormatException>(() => Ipv6Address.Parse(text)).Message.ShouldContain($"'{text}'");
    }

    [TestCase("ff02::1", true, false)]
    [TestCase("fe80::1", false, true)]
    [TestCase("febf:ffff::", false, true)]
    [TestCase("fec0::", false, false)]
    [TestCase("fd00::1", false, false)]
    public void Groups_and_link_local_addresses_are_told(string text, bool isMulticast, bool isLinkLocal)
    {
        var address = Ipv6Address.Parse(text);
        (address.IsMulticast, address.IsLinkLocal).ShouldBe((isMulticast, isLinkLocal));
    }

    [TestCase("4037::01:800:200e:8c6c", "ff02::1:ff0e:8c6c", "33:33:ff:0e:8c:6c", Description = "RFC 4291, section 2.7.1")]
    [TestCase("fd00::ff12:3456", "ff02::1:ff12:3456", "33:33:ff:12:34:56")]
    public void The_solicited_node_group_holds_the_last_24_bits(string text, string group, string mac)
    {
        var node = Ipv6Address.Parse(text).SolicitedNode;
        node.ShouldBe(Ipv6Address.Parse(group));
        node.MulticastMac.ShouldBe(MacAddress.Parse(mac));
        node.SolicitedNode.ShouldBe(node);
    }

    [TestCase("34:56:78:9a:bc:de", "fe80::3656:78ff:fe9a:bcde", Description = "RFC 2464, section 4")]
    [TestCase("02:00:00:00:00:0a", "fe80::ff:fe00:a")]
    public void A_link_local_address_is_made_of_a_station(string mac, string expected) =>
        Ipv6Address.LinkLocal(MacAddress.Parse(mac)).ShouldBe(Ipv6Address.Parse(expected));
}
