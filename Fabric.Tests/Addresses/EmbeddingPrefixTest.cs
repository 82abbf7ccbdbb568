using Fabric.Addresses;

namespace Fabric.Tests.Addresses;

public class EmbeddingPrefixTest
{
    /// <summary>RFC 6052, section 2.4, tables 2 and 3.</summary>
    [TestCase("2001:db8::/32", "2001:db8:c000:221::")]
    [TestCase("2001:db8:100::/40", "2001:db8:1c0:2:21::")]
    [TestCase("2001:db8:122::/48", "2001:db8:122:c000:2:2100::")]
    [TestCase("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::")]
    [TestCase("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::")]
    [TestCase("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33")]
    public void AnAddressStandsForTheOneOfTheStandard(string prefix, string address)
    {
        EmbeddingPrefix.IsLegal(IpPrefix.Parse(prefix)).ShouldBeTrue();
        var embedding = new EmbeddingPrefix(IpPrefix.Parse(prefix));
        embedding.Embed(Ipv4Address.Parse("192.0.2.33")).ShouldBe(IpAddress.Parse(address));
        embedding.TryExtract(IpAddress.Parse(address), out var embedded).ShouldBeTrue();
        $"{embedded}".ShouldBe("192.0.2.33");
    }

    [Test]
    public void EveryAddressIsGotBack([Values(32, 40, 48, 56, 64, 96)] int length)
    {
        var random = new Random(6052);
        var embedding = new EmbeddingPrefix(new IpPrefix(IpAddress.Parse("2001:db8:122:344::"), length));
        for (var i = 0; i < 1000; i++)
        {
            var address = new Ipv4Address((uint)random.NextInt64(1L << 32));
            embedding.TryExtract(embedding.Embed(address), out var back).ShouldBeTrue();
            back.ShouldBe(address);
        }
    }

    [TestCase("2001:db8::/33")]
    [TestCase("2001:db8::/128")]
    [TestCase("10.0.0.0/32")]
    [TestCase("2001:db8:0:0:100::/96")]
    public void OtherPrefixesStandForNothing(string prefix) => EmbeddingPrefix.IsLegal(IpPrefix.Parse(prefix)).ShouldBeFalse();

    [Test]
    public void WhatIsBehindTheAddressIsPassedOverAndWhatIsInItIsNot()
    {
        var embedding = new EmbeddingPrefix(IpPrefix.Parse("2001:db8:122:344::/64"));
        embedding.TryExtract(IpAddress.Parse("2001:db8:122:344:c0:2:2100:7"), out var embedded).ShouldBeTrue();
        $"{embedded}".ShouldBe("192.0.2.33");
        embedding.TryExtract(IpAddress.Parse("2001:db8:122:344:1c0:2:2100::"), out _).ShouldBeFalse("bits 64 to 71 are zero");
        embedding.TryExtract(IpAddress.Parse("2001:db8:122:345:c0:2:2100::"), out _).ShouldBeFalse("another prefix");
    }

    /// <summary>RFC 6052, section 3.1.</summary>
    [TestCase("8.8.8.8", true)]
    [TestCase("192.0.2.33", false)]
    [TestCase("10.1.2.3", false)]
    [TestCase("100.64.0.1", false)]
    [TestCase("172.31.255.255", false)]
    [TestCase("172.32.0.1", true)]
    [TestCase("192.168.1.1", false)]
    [TestCase("127.0.0.1", false)]
    [TestCase("224.0.0.5", false)]
    public void TheWellKnownPrefixStandsForTheInternetAlone(string address, bool isGlobal)
    {
        var (known, own) = (new EmbeddingPrefix(EmbeddingPrefix.WellKnown), new EmbeddingPrefix(IpPrefix.Parse("64:ff9b:1::/96")));
        (known.IsWellKnown, own.IsWellKnown).ShouldBe((true, false));
        var embedded = known.Embed(Ipv4Address.Parse(address));
        known.TryExtract(embedded, out _).ShouldBe(isGlobal);
        own.TryExtract(own.Embed(Ipv4Address.Parse(address)), out _).ShouldBeTrue();
    }
}
