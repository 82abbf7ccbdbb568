using Fabric.Addresses;

namespace Fabric.Tests.Addresses;

public class Ipv4AddressTest
{
    [TestCase("0.0.0.0", 0u)]
    [TestCase("10.0.0.1", 0x0a00_0001u)]
    [TestCase("255.255.255.255", 0xffff_ffffu)]
    [TestCase("192.168.1.100", 0xc0a8_0164u)]
    public void Text_and_number_are_one(string text, uint bits)
    {
        Ipv4Address.TryParse(text, out var address).ShouldBeTrue();
        address.Bits.ShouldBe(bits);
        new Ipv4Address(bits).ToString().ShouldBe(text);
    }

    [TestCase("")]
    [TestCase("1")]
    [TestCase("1.2.3")]
    [TestCase("1.2.3.")]
    [TestCase(".1.2.3")]
    [TestCase("1..2.3")]
    [TestCase("1.2.3.4.5")]
    [TestCase("256.0.0.1")]
    [TestCase("1000.0.0.1")]
    [TestCase("01.2.3.4", Description = "octal elsewhere")]
    [TestCase("1.2.3.04")]
    [TestCase("0x1.2.3.4")]
    [TestCase("+1.2.3.4")]
    [TestCase("-1.2.3.4")]
    [TestCase(" 1.2.3.4")]
    [TestCase("1.2.3.4 ")]
    [TestCase("1.2.3.4\0")]
    [TestCase("fd00::1")]
    public void Other_text_is_refused(string text)
    {
        Ipv4Address.TryParse(text, out var address).ShouldBeFalse();
        address.ShouldBe(default);
        Should.Throw<FormatException>(() => Ipv4Address.Parse(text)).Message.ShouldContain($"'{text}'");
    }

    [TestCase("223.255.255.255", false)]
    [TestCase("224.0.0.0", true)]
    [TestCase("239.255.255.255", true)]
    [TestCase("240.0.0.0", false)]
    [TestCase("255.255.255.255", false)]
    public void Groups_are_told(string text, bool expected) => Ipv4Address.Parse(text).IsMulticast.ShouldBe(expected);

    [TestCase("126.255.255.255", false)]
    [TestCase("127.0.0.0", true)]
    [TestCase("127.255.255.255", true)]
    [TestCase("128.0.0.0", false)]
    public void Loopback_is_told(string text, bool expected) => Ipv4Address.Parse(text).IsLoopback.ShouldBe(expected);

    [Test]
    public void Order_is_that_of_the_bits() => Ipv4Address.Parse("200.0.0.1").CompareTo(Ipv4Address.Parse("100.0.0.1")).ShouldBePositive();
}
