using Fabric.Flows;

namespace Fabric.Tests.Flows;

public class ObservedRangeTest
{
    /// <summary>Every range and value of a narrow field against the definition: the shortest prefix whose values are all within, or all without.</summary>
    [Test]
    public void ARangeIsToldByTheShortestPrefixThatDecides()
    {
        var observed = new ObservedKey();
        for (ulong first = 0; first < 256; first += 5)
        {
            for (var last = first; last < 256; last += 3)
            {
                for (ulong value = 0; value < 256; value++)
                {
                    var key = new FlowKey();
                    key.Set(FlowField.IpTos, value);
                    observed.Reset(key);
                    observed.InRange(FlowField.IpTos, first, last).ShouldBe(value >= first && value <= last);
                    observed.Mask.Get(FlowField.IpTos).ShouldBe(ShortestPrefix(value, first, last), $"{value} in {first}..{last}");
                }
            }
        }
    }

    [TestCase(FlowField.TpDst, 0ul, 65535ul, 0ul)]
    [TestCase(FlowField.TpDst, 0ul, 65534ul, 0x8000ul)]
    [TestCase(FlowField.SkbMark, 0ul, uint.MaxValue, 0ul)]
    [TestCase(FlowField.SkbMark, 1ul, uint.MaxValue, 0xffff_fffful)]
    public void TheWholeWidthOfAFieldCounts(FlowField field, ulong first, ulong last, ulong expected)
    {
        var observed = new ObservedKey();
        observed.Reset(new FlowKey());
        observed.InRange(field, first, last).ShouldBe(first == 0);
        observed.Mask.Get(field).ShouldBe(expected);
    }

    private static ulong ShortestPrefix(ulong value, ulong first, ulong last)
    {
        for (var free = 8; ; free--)
        {
            var span = (1ul << free) - 1;
            var (low, high) = (value & ~span, value | span);
            if ((low >= first && high <= last) || high < first || low > last)
                return 0xff & ~span;
        }
    }
}
