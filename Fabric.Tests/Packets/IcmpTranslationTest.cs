using Fabric.Packets;

namespace Fabric.Tests.Packets;

/// <summary>RFC 7915, sections 4.2 and 5.2, row by row.</summary>
public class IcmpTranslationTest
{
    [TestCase(3, 0, 0u, 1, 0, 0u)]
    [TestCase(3, 1, 0u, 1, 0, 0u)]
    [TestCase(3, 2, 0u, 4, 1, 6u)]
    [TestCase(3, 3, 0u, 1, 4, 0u)]
    [TestCase(3, 4, 1400u, 2, 0, 1420u)]
    [TestCase(3, 4, 576u, 2, 0, 1280u)]
    [TestCase(3, 5, 0u, 1, 0, 0u)]
    [TestCase(3, 6, 0u, 1, 0, 0u)]
    [TestCase(3, 7, 0u, 1, 0, 0u)]
    [TestCase(3, 8, 0u, 1, 0, 0u)]
    [TestCase(3, 9, 0u, 1, 1, 0u)]
    [TestCase(3, 10, 0u, 1, 1, 0u)]
    [TestCase(3, 11, 0u, 1, 0, 0u)]
    [TestCase(3, 12, 0u, 1, 0, 0u)]
    [TestCase(3, 13, 0u, 1, 1, 0u)]
    [TestCase(3, 14, 0u, -1, 0, 0u)]
    [TestCase(3, 15, 0u, 1, 1, 0u)]
    [TestCase(4, 0, 0u, -1, 0, 0u)]
    [TestCase(5, 0, 0u, -1, 0, 0u)]
    [TestCase(11, 0, 0u, 3, 0, 0u)]
    [TestCase(11, 1, 0u, 3, 1, 0u)]
    [TestCase(12, 0, 0u, 4, 0, 0u)]
    [TestCase(12, 0, 0x0100_0000u, 4, 0, 1u)]
    [TestCase(12, 0, 0x0200_0000u, 4, 0, 4u)]
    [TestCase(12, 2, 0x0300_0000u, 4, 0, 4u)]
    [TestCase(12, 0, 0x0400_0000u, -1, 0, 0u)]
    [TestCase(12, 0, 0x0700_0000u, -1, 0, 0u)]
    [TestCase(12, 0, 0x0800_0000u, 4, 0, 7u)]
    [TestCase(12, 0, 0x0900_0000u, 4, 0, 6u)]
    [TestCase(12, 0, 0x0b00_0000u, -1, 0, 0u)]
    [TestCase(12, 0, 0x0c00_0000u, 4, 0, 8u)]
    [TestCase(12, 0, 0x0f00_0000u, 4, 0, 8u)]
    [TestCase(12, 0, 0x1300_0000u, 4, 0, 24u)]
    [TestCase(12, 0, 0x1400_0000u, -1, 0, 0u)]
    [TestCase(12, 1, 0u, -1, 0, 0u)]
    public void OfIcmp(byte type, byte code, uint rest, int newType, byte newCode, uint newRest)
    {
        var isTold = IcmpTranslation.TryToIcmpv6(new IcmpHeader(type, code, rest), 1500, out var told);
        isTold.ShouldBe(newType >= 0);
        if (isTold)
            told.ShouldBe(new Icmpv6Header((byte)newType, newCode, newRest));
    }

    [TestCase(1, 0, 0u, 3, 1, 0u)]
    [TestCase(1, 1, 0u, 3, 10, 0u)]
    [TestCase(1, 2, 0u, 3, 1, 0u)]
    [TestCase(1, 3, 0u, 3, 1, 0u)]
    [TestCase(1, 4, 0u, 3, 3, 0u)]
    [TestCase(1, 5, 0u, -1, 0, 0u)]
    [TestCase(2, 0, 1400u, 3, 4, 1380u)]
    [TestCase(2, 0, 70_000u, 3, 4, 65_535u)]
    [TestCase(3, 0, 0u, 11, 0, 0u)]
    [TestCase(3, 1, 0u, 11, 1, 0u)]
    [TestCase(4, 0, 0u, 12, 0, 0u)]
    [TestCase(4, 0, 1u, 12, 0, 0x0100_0000u)]
    [TestCase(4, 0, 2u, -1, 0, 0u)]
    [TestCase(4, 0, 4u, 12, 0, 0x0200_0000u)]
    [TestCase(4, 0, 6u, 12, 0, 0x0900_0000u)]
    [TestCase(4, 0, 7u, 12, 0, 0x0800_0000u)]
    [TestCase(4, 0, 8u, 12, 0, 0x0c00_0000u)]
    [TestCase(4, 0, 23u, 12, 0, 0x0c00_0000u)]
    [TestCase(4, 0, 39u, 12, 0, 0x1000_0000u)]
    [TestCase(4, 0, 40u, -1, 0, 0u)]
    [TestCase(4, 1, 6u, 3, 2, 0u)]
    [TestCase(4, 2, 0u, -1, 0, 0u)]
    [TestCase(100, 0, 0u, -1, 0, 0u)]
    public void OfIcmpv6(byte type, byte code, uint rest, int newType, byte newCode, uint newRest)
    {
        var isTold = IcmpTranslation.TryToIcmp(new Icmpv6Header(type, code, rest), isFragment: false, out var told);
        isTold.ShouldBe(newType >= 0);
        if (isTold)
            told.ShouldBe(new IcmpHeader((byte)newType, newCode, newRest));
    }

    [Test]
    public void AFragmentHeaderCountsForHowLongAPacketMayBe()
    {
        IcmpTranslation.TryToIcmp(Icmpv6Header.PacketTooBig(1400), isFragment: true, out var told).ShouldBeTrue();
        told.ShouldBe(IcmpHeader.FragmentationNeeded(1372));
    }

    /// <summary>RFC 1191, section 7.1: the plateau below what was sent.</summary>
    [TestCase(4000, 2022u)]
    [TestCase(1500, 1512u)]
    [TestCase(1492, 1280u)]
    public void ARouterThatDoesNotTellHowMuchPassesIsGuessedAt(int length, uint mtu)
    {
        IcmpTranslation.TryToIcmpv6(IcmpHeader.FragmentationNeeded(0), length, out var told).ShouldBeTrue();
        told.ShouldBe(Icmpv6Header.PacketTooBig(mtu));
    }
}
