using Fabric.Addresses;
using Fabric.Agent.FlowTable;
using Fabric.Flows;

namespace Fabric.Tests.FlowTable;

[TestFixture]
public sealed class FlowCohortTest
{
    private const long Grain = 100;
    private static readonly MacAddress Station = new(0x02_00_00_00_00_01);
    private static readonly MacAddress Other = new(0x02_00_00_00_00_02);

    private FlowCohort _cohort = null!;

    [SetUp]
    public void SetUp() => _cohort = new Agent.FlowTable.FlowTable().CohortOf([FlowTag.Of(FlowTagKind.Chain, 1)], []);

    [TestCase(0)]
    [TestCase(-5)]
    [TestCase(1_000_000)]
    public void The_first_use_is_news(long when) => _cohort.IsNews(Station, when, Grain).ShouldBeTrue();

    [TestCase(500, false)]
    [TestCase(0, false)]
    [TestCase(599, false)]
    [TestCase(600, true)]
    public void A_later_use_is_news_only_when_it_is_later_by_the_grain(long when, bool expected)
    {
        _cohort.IsNews(Station, 500, Grain);

        _cohort.IsNews(Station, when, Grain).ShouldBe(expected);
    }

    [Test]
    public void What_was_no_news_does_not_put_off_what_is()
    {
        _cohort.IsNews(Station, 500, Grain);
        _cohort.IsNews(Station, 590, Grain);

        _cohort.IsNews(Station, 600, Grain).ShouldBeTrue();
    }

    [Test]
    public void Another_station_is_always_news()
    {
        _cohort.IsNews(Station, 500, Grain);

        _cohort.IsNews(Other, 500, Grain).ShouldBeTrue();
    }
}
