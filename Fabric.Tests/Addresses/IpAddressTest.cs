using Fabric.Addresses;

namespace Fabric.Tests.Addresses;

public class IpAddressTest
{
    private const int Seed = 4291;

    [TestCase("10.0.0.1", IpFamily.V4, 32)]
    [TestCase("fd00::1", IpFamily.V6, 128)]
    [TestCase("::ffff:10.0.0.1", IpFamily.V6, 128, Description = "a mapped address is IPv6")]
    public void Either_version_is_read(string text, IpFamily family, int width)
    {
        var address = IpAddress.Parse(text);
        (address.Family, address.Width, address.ToString()).ShouldBe((family, width, text));
    }

    [TestCase("")]
    [TestCase("host")]
    [TestCase("10.0.0")]
    [TestCase("10.0.0.1/8")]
    public void Other_text_is_refused(string text)
    {
        IpAddress.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => IpAddress.Parse(text)).Message.ShouldContain($"'{text}'");
    }

    [Test]
    public void Equal_bits_of_two_versions_differ()
    {
        IpAddress.V4(1).ShouldNotBe(IpAddress.V6(1));
        IpAddress.V4(uint.MaxValue).CompareTo(IpAddress.V6(0)).ShouldBeNegative();
        IpAddress.V4(2).CompareTo(IpAddress.V4(1)).ShouldBePositive();
    }

    [Test]
    public void Text_round_trips()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            // Many zero fields, since these are what IPv6 text shortens.
            UInt128 bits = 0;
            for (var field = 0; field < 8; field++)
                bits = bits << 16 | (uint)(random.Next(2) == 0 ? 0 : random.Next(65536));
            var v6 = IpAddress.V6(bits);
            var v4 = IpAddress.V4((uint)random.NextInt64());
            (IpAddress.Parse(v6.ToString()), IpAddress.Parse(v4.ToString())).ShouldBe((v6, v4), $"seed {Seed}, case {i}");
        }
    }

    [TestCase("169.253.255.255", false)]
    [TestCase("169.254.0.0", true)]
    [TestCase("169.255.0.0", false)]
    [TestCase("fe80::1", true)]
    [TestCase("fd00::1", false)]
    public void Link_local_addresses_are_told(string text, bool expected) => IpAddress.Parse(text).IsLinkLocal.ShouldBe(expected);

    [TestCase("224.0.0.1", true, false)]
    [TestCase("255.255.255.255", false, true)]
    [TestCase("ff02::1", true, false)]
    [TestCase("::255.255.255.255", false, false)]
    public void Groups_are_told(string text, bool isMulticast, bool isBroadcast)
    {
        var address = IpAddress.Parse(text);
        (address.IsMulticast, address.IsLimitedBroadcast).ShouldBe((isMulticast, isBroadcast));
    }

    [Test]
    public void An_address_of_one_version_is_one_of_either()
    {
        IpAddress v4 = Ipv4Address.Parse("10.0.0.1");
        IpAddress v6 = Ipv6Address.Parse("fd00::1");
        (v4, v6).ShouldBe((IpAddress.Parse("10.0.0.1"), IpAddress.Parse("fd00::1")));
        (v4.AsV4, v6.AsV6).ShouldBe((Ipv4Address.Parse("10.0.0.1"), Ipv6Address.Parse("fd00::1")));
    }
}
