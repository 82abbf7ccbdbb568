using Fabric.Agent.Api;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Api;

public class LagHostTest
{
    [Test]
    public void ItRunsWhileOthersKnowMoreAndIsZeroAgainWhenThisOneDoes()
    {
        var time = new ManualTime();
        var lag = new LagHost(time);
        lag.Of(10, 10).ShouldBe(TimeSpan.Zero);
        lag.Of(10, 12).ShouldBe(TimeSpan.Zero);
        ThreeSecondsPass(time);
        lag.Of(10, 13).ShouldBe(TimeSpan.FromSeconds(3));
        ThreeSecondsPass(time);
        lag.Of(11, 13).ShouldBe(TimeSpan.FromSeconds(6), "it has come on, and still does not know what was told first");
        lag.Of(12, 13).ShouldBe(TimeSpan.FromSeconds(3), "13 was told three seconds ago");
        lag.Of(13, 13).ShouldBe(TimeSpan.Zero);
        ThreeSecondsPass(time);
        lag.Of(13, 14).ShouldBe(TimeSpan.Zero, "it begins anew");
    }

    [Test]
    public void InABusyNetworkEntriesThatAreUnderWayDoNotAddUp()
    {
        var time = new ManualTime();
        var lag = new LagHost(time);
        for (var position = 0; position < 5000; position += 10)
        {
            lag.Of(position, position + 12).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(6));
            ThreeSecondsPass(time);
        }
    }

    [Test]
    public void HoweverLongItLastsTheOldestIsToldAndLittleIsKept()
    {
        var time = new ManualTime();
        var lag = new LagHost(time);
        for (var i = 1; i <= 2000; i++)
        {
            lag.Of(0, i).ShouldBe(TimeSpan.FromSeconds(3 * (i - 1)));
            ThreeSecondsPass(time);
        }
        lag.Of(2000, 2000).ShouldBe(TimeSpan.Zero);
    }

    private static void ThreeSecondsPass(ManualTime time)
    {
        using var timer = time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        time.Pass();
    }
}
