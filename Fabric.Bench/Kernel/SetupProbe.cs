using System.Diagnostics;

namespace Fabric.Bench.Kernel;

/// <summary>New flows from the left guest to the right, at a rate: how many first packets arrive.</summary>
internal static class SetupProbe
{
    private const int BatchesPerLook = 16;

    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(100);

    // What is queued for a slow program arrives late, but it does arrive.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends for some time, then waits for the last.</summary>
    /// <param name="contender">Through which.</param>
    /// <param name="flowsPerSecond">Or how the load is made without a rate, see <see cref="FlowBlaster"/>.</param>
    /// <param name="duration">How long.</param>
    /// <param name="address">That the right guest is reached by; its station's if left out.</param>
    public static SetupFigures Measure(KernelContender contender, int flowsPerSecond, TimeSpan duration, string? address = null)
    {
        using var source = new FlowSource(contender, GuestPlan.Left, GuestPlan.Right, address);
        var (before, start) = Arrived(contender);
        long after,
            end;
        using (FlowBlaster.Start(source, flowsPerSecond))
        {
            Thread.Sleep(duration);
            (after, end) = Arrived(contender);
        }
        var seconds = Stopwatch.GetElapsedTime(start, end).TotalSeconds;
        var all = AwaitLast(contender) - before;
        return new SetupFigures(
            source.Sent / seconds,
            (after - before) / seconds,
            1 - (double)all / source.Sent,
            contender.ReadDatapath().Flows
        );
    }

    /// <summary>Frames a second that arrive of one flow that stands, sent as fast as it goes.</summary>
    public static double MeasureStanding(KernelContender contender, TimeSpan duration)
    {
        using var source = new FlowSource(contender, GuestPlan.Left, GuestPlan.Right);
        source.SendNew(1);
        Thread.Sleep(s_quiet);
        var (before, start) = Arrived(contender);
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            for (var i = 0; i < BatchesPerLook; i++)
                source.SendAgain(FlowSource.BatchFrames);
        }
        var (after, end) = Arrived(contender);
        return (after - before) / Stopwatch.GetElapsedTime(start, end).TotalSeconds;
    }

    private static (long Frames, long Timestamp) Arrived(KernelContender contender) =>
        contender.Site[GuestPlan.Right].ReadReceived(KernelSite.GuestPort);

    private static long AwaitLast(KernelContender contender)
    {
        var began = Stopwatch.GetTimestamp();
        var (last, _) = Arrived(contender);
        while (Stopwatch.GetElapsedTime(began) < s_patience)
        {
            Thread.Sleep(s_quiet);
            var (now, _) = Arrived(contender);
            if (now == last)
                break;
            last = now;
        }
        return last;
    }
}
