using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Tests.Devices;

public class PrefixTranslationTest
{
    /// <summary>RFC 6296, section 3.6; and as /64, where the same prefixes have one sum.</summary>
    [TestCase("fd01:203:405::/48", "2001:db8:1::/48", "fd01:203:405:1::1234", "2001:db8:1:d550::1234")]
    [TestCase("fd01:203:405:1::/64", "2001:db8:1:d550::/64", "fd01:203:405:1::1234", "2001:db8:1:d550::1234")]
    public void TheStandardsExampleComesOut(string inside, string outside, string station, string stands)
    {
        var pair = new PrefixTranslation(IpPrefix.Parse(inside), IpPrefix.Parse(outside));
        pair.TryGoOut(IpAddress.Parse(station), out var translated).ShouldBeTrue();
        $"{translated}".ShouldBe(stands);
        pair.TryGoIn(translated, out var back).ShouldBeTrue();
        $"{back}".ShouldBe(station);
    }

    [Test]
    public void ThereAndBackIsWhereItWasAndNoSumChanges()
    {
        const int Seed = 6296;
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            var length = random.Next(1, PrefixTranslation.MaxLength + 1);
            var pair = new PrefixTranslation(new IpPrefix(Any(random), length), new IpPrefix(Any(random), length));
            var inside = IpAddress.Of(IpFamily.V6, pair.Inside.Address.Bits | Any(random).Bits & ~pair.Inside.Mask);
            if (!pair.TryGoOut(inside, out var outside))
                continue;
            pair.Outside.Contains(outside).ShouldBeTrue($"{inside} to {outside}, {pair}");
            pair.TryGoIn(outside, out var back).ShouldBeTrue($"{inside} to {outside}, {pair}");
            back.ShouldBe(inside, $"over {outside}, {pair}");
            // The sum of an address's words in ones' complement is what is left of it as a number.
            (outside.Bits % 0xffff).ShouldBe(inside.Bits % 0xffff, $"{inside} to {outside}, {pair}");
        }
    }

    [Test]
    public void TwoStationsNeverStandForOne()
    {
        var pair = new PrefixTranslation(IpPrefix.Parse("fd01:203:405::/48"), IpPrefix.Parse("2001:db8:1::/48"));
        var seen = new HashSet<IpAddress>();
        for (uint subnet = 0; subnet < 0xffff; subnet++)
        {
            pair.TryGoOut(IpAddress.Of(IpFamily.V6, pair.Inside.Address.Bits | (UInt128)subnet << 64 | 1), out var outside).ShouldBeTrue();
            seen.Add(outside).ShouldBeTrue($"{outside}");
        }
    }

    [TestCase("fd01:203:405::/48", "fd01:203:405:ffff::1")]
    [TestCase("fd01:203:405::/56", "fd01:203:405::")]
    [TestCase("fd01:203:405::/56", "fd01:203:405:0:ffff:ffff:ffff:ffff")]
    public void ForAFewNothingStands(string inside, string station)
    {
        var prefix = IpPrefix.Parse(inside);
        var pair = new PrefixTranslation(prefix, new IpPrefix(IpAddress.Parse("2001:db8:1::"), prefix.Length));
        pair.TryGoOut(IpAddress.Parse(station), out _).ShouldBeFalse();
    }

    /// <summary>Words of all zeros and all ones are common, and where sums go wrong.</summary>
    private static IpAddress Any(Random random)
    {
        var bits = UInt128.Zero;
        for (var word = 0; word < 8; word++)
        {
            var value = random.Next(4) switch
            {
                0 => 0,
                1 => 0xffff,
                _ => random.Next(0x10000),
            };
            bits = bits << 16 | (UInt128)value;
        }
        return IpAddress.Of(IpFamily.V6, bits);
    }
}
