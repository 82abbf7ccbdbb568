using Fabric.Addresses;

namespace Fabric.Tests.Addresses;

public class MacAddressTest
{
    [TestCase("00:00:00:00:00:00", 0ul)]
    [TestCase("02:00:00:00:00:0a", 0x0200_0000_000aul)]
    [TestCase("ff:ff:ff:ff:ff:ff", 0xffff_ffff_fffful)]
    [TestCase("12:34:56:78:9a:bc", 0x1234_5678_9abcul)]
    public void Text_and_number_are_one(string text, ulong bits)
    {
        MacAddress.TryParse(text, out var address).ShouldBeTrue();
        address.Bits.ShouldBe(bits);
        new MacAddress(bits).ToString().ShouldBe(text);
    }

    [TestCase("12-34-56-78-9A-BC")]
    [TestCase("12:34:56:78:9A:bc")]
    public void Dashes_and_capitals_are_read(string text) => MacAddress.Parse(text).ToString().ShouldBe("12:34:56:78:9a:bc");

    [TestCase("")]
    [TestCase("12:34:56:78:9a")]
    [TestCase("12:34:56:78:9a:bc:de")]
    [TestCase("12:34:56:78:9a:bg")]
    [TestCase("123:4:56:78:9a:bc")]
    [TestCase("12 34 56 78 9a bc")]
    [TestCase("+1:34:56:78:9a:bc")]
    [TestCase(" 1:34:56:78:9a:bc")]
    [TestCase("12:34:56:78:9a:b\0")]
    public void Other_text_is_refused(string text)
    {
        MacAddress.TryParse(text, out var address).ShouldBeFalse();
        address.ShouldBe(MacAddress.Zero);
        Should.Throw<FormatException>(() => MacAddress.Parse(text)).Message.ShouldContain($"'{text}'");
    }

    [Test]
    public void Forty_nine_bits_are_refused() => Should.Throw<ArgumentOutOfRangeException>(() => new MacAddress(1ul << 48));

    [TestCase("ff:ff:ff:ff:ff:ff", true, true, true)]
    [TestCase("01:00:5e:00:00:01", true, false, false)]
    [TestCase("33:33:00:00:00:01", true, false, true)]
    [TestCase("02:00:00:00:00:01", false, false, true)]
    [TestCase("00:11:22:33:44:55", false, false, false)]
    public void Groups_and_local_addresses_are_told(string text, bool isMulticast, bool isBroadcast, bool isLocal)
    {
        var address = MacAddress.Parse(text);
        (address.IsMulticast, address.IsBroadcast, address.IsLocal).ShouldBe((isMulticast, isBroadcast, isLocal));
    }

    [Test]
    public void Too_little_room_is_told()
    {
        Span<char> room = stackalloc char[16];
        MacAddress.Broadcast.TryFormat(room, out var written, default, null).ShouldBeFalse();
        written.ShouldBe(0);
    }

    [Test]
    public void Order_is_that_of_the_bits() =>
        MacAddress.Parse("01:00:00:00:00:00").CompareTo(MacAddress.Parse("00:ff:ff:ff:ff:ff")).ShouldBePositive();
}
