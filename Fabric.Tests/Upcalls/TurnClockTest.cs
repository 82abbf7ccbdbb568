using Fabric.Agent.Upcalls;
using Fabric.Tests.Actors;

namespace Fabric.Tests.Upcalls;

public class TurnClockTest
{
    [Test]
    public void Time_stands_still_within_a_turn_and_goes_on_with_the_next()
    {
        var time = new ManualTime();
        var clock = new TurnClock(time);
        var start = clock.GetTimestamp();
        time.Pass(TimeSpan.FromSeconds(3));
        clock.GetElapsedTime(start).ShouldBe(TimeSpan.Zero, "the turn is still the same");
        clock.Begin();
        clock.GetElapsedTime(start).ShouldBe(TimeSpan.FromSeconds(3));
    }
}
