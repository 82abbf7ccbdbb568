using Fabric.Addresses;

namespace Fabric.Tests.Addresses;

public class IpPrefixTest
{
    private const int Seed = 4632;

    [TestCase("0.0.0.0/0", "0.0.0.0", "255.255.255.255")]
    [TestCase("10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [TestCase("10.0.0.4/30", "10.0.0.4", "10.0.0.7")]
    [TestCase("10.0.0.1/32", "10.0.0.1", "10.0.0.1")]
    [TestCase("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [TestCase("fd00::/64", "fd00::", "fd00::ffff:ffff:ffff:ffff")]
    [TestCase("fd00::1/128", "fd00::1", "fd00::1")]
    public void Text_and_ends_agree(string text, string first, string last)
    {
        IpPrefix.TryParse(text, out var prefix).ShouldBeTrue();
        prefix.ToString().ShouldBe(text);
        (prefix.Address, prefix.Last).ShouldBe((IpAddress.Parse(first), IpAddress.Parse(last)));
    }

    [TestCase("10.0.0.1/24", Description = "bits past the length")]
    [TestCase("fd00::1/64")]
    [TestCase("10.0.0.0/33")]
    [TestCase("fd00::/129")]
    [TestCase("10.0.0.0/-1")]
    [TestCase("10.0.0.0/+8")]
    [TestCase("10.0.0.0/ 8")]
    [TestCase("10.0.0.0/")]
    [TestCase("10.0.0.0/8/8")]
    [TestCase("10.0.0.0/8\0")]
    [TestCase("/8")]
    [TestCase("")]
    public void Other_text_is_refused(string text)
    {
        IpPrefix.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => IpPrefix.Parse(text)).Message.ShouldContain($"'{text}'");
    }

    [TestCase("10.0.0.1", "10.0.0.1/32")]
    [TestCase("fd00::1", "fd00::1/128")]
    public void An_address_alone_is_its_own_prefix(string text, string expected)
    {
        IpPrefix.Parse(text).ToString().ShouldBe(expected);
        IpPrefix.Host(IpAddress.Parse(text)).ShouldBe(IpPrefix.Parse(expected));
    }

    [Test]
    public void A_port_of_a_subnet_keeps_its_address()
    {
        IpPrefix.TryParseInterface("10.0.0.1/24", out var address, out var length).ShouldBeTrue();
        (address, length).ShouldBe((IpAddress.Parse("10.0.0.1"), 24));
        new IpPrefix(address, length).ShouldBe(IpPrefix.Parse("10.0.0.0/24"));
    }

    [TestCase(-1)]
    [TestCase(33)]
    public void A_length_that_cannot_be_is_refused(int length) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new IpPrefix(IpAddress.V4(0), length));

    [TestCase("10.0.0.0/24", "10.0.0.255", true)]
    [TestCase("10.0.0.0/24", "10.0.1.0", false)]
    [TestCase("0.0.0.0/0", "255.255.255.255", true)]
    [TestCase("0.0.0.0/0", "::", false)]
    [TestCase("::/0", "10.0.0.1", false)]
    [TestCase("fd00::/127", "fd00::1", true)]
    [TestCase("fd00::/127", "fd00::2", false)]
    public void Addresses_within_are_told(string prefix, string address, bool expected) =>
        IpPrefix.Parse(prefix).Contains(IpAddress.Parse(address)).ShouldBe(expected);

    [TestCase("10.0.0.0/8", "10.1.0.0/16", true, false)]
    [TestCase("10.0.0.0/8", "10.0.0.0/8", true, true)]
    [TestCase("10.0.0.0/16", "10.1.0.0/16", false, false)]
    [TestCase("::/0", "0.0.0.0/0", false, false)]
    public void Prefixes_within_are_told(string one, string other, bool contains, bool isContained)
    {
        var (a, b) = (IpPrefix.Parse(one), IpPrefix.Parse(other));
        (a.Contains(b), b.Contains(a)).ShouldBe((contains, isContained));
        (a.Overlaps(b), b.Overlaps(a)).ShouldBe((contains || isContained, contains || isContained));
    }

    [TestCase("10.0.0.0/24", "10.0.0.255", true)]
    [TestCase("10.0.0.0/24", "10.0.0.254", false)]
    [TestCase("10.0.0.0/30", "10.0.0.3", true)]
    [TestCase("10.0.0.0/31", "10.0.0.1", false)]
    [TestCase("10.0.0.1/32", "10.0.0.1", false)]
    [TestCase("fd00::/64", "fd00::ffff:ffff:ffff:ffff", false)]
    public void Directed_broadcasts_are_told(string prefix, string address, bool expected) =>
        IpPrefix.Parse(prefix).IsDirectedBroadcast(IpAddress.Parse(address)).ShouldBe(expected);

    [Test]
    public void Containing_is_having_the_same_first_bits()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            var family = (IpFamily)random.Next(2);
            var width = IpAddress.WidthOf(family);
            var bits = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) & IpPrefix.MaskOf(family, width);
            var address = IpAddress.Of(family, bits);
            var length = random.Next(width + 1);
            var flipped = random.Next(width);
            var other = IpAddress.Of(family, bits ^ UInt128.One << (width - 1 - flipped));
            new IpPrefix(address, length).Contains(other).ShouldBe(flipped >= length, $"seed {Seed}, case {i}");
        }
    }

    [Test]
    public void Order_is_by_address_then_length()
    {
        string[] ordered = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "10.0.1.0/24", "::/0", "fd00::/8"];
        ordered.Reverse().Select(text => IpPrefix.Parse(text)).Order().Select(prefix => prefix.ToString()).ShouldBe(ordered);
    }
}
