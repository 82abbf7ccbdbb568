namespace Fabric.Bench.Simulation;

/// <summary>How often a body runs in a second of one core's time, and what it allocates.</summary>
internal static class PacketLoop
{
    /// <summary>Packets between two looks at the clock.</summary>
    private const int Batch = 256;

    /// <summary>Rounds of warming up at most, and how many in a row must bring nothing before it is warm.</summary>
    private const int MaxWarmUps = 40;
    private const int SteadyRounds = 4;

    /// <summary>What counts as faster than before.</summary>
    private const double Progress = 1.03;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.2);

    /// <summary>The runtime compiles again what is hot 100 ms after it has compiled something for the first time, on a thread of its own.</summary>
    private static readonly TimeSpan s_compilerTurn = TimeSpan.FromSeconds(0.15);

    /// <summary>Runs a body for some rounds.</summary>
    /// <param name="body">The work.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="each">How much processor time one takes.</param>
    /// <param name="stop">Ends between two rounds.</param>
    public static PacketFigures Measure(PacketBody body, int rounds, TimeSpan each, CancellationToken stop)
    {
        WarmUp(body, stop);
        var rates = new double[rounds];
        var packets = 0L;
        var allocated = 0L;
        for (var round = 0; round < rounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (count, time) = RunFor(body, each);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            packets += count;
            rates[round] = count / time.TotalSeconds;
        }
        return new PacketFigures(rates, (double)allocated / packets);
    }

    /// <summary>Runs until it becomes no faster: how long the compiler needs depends on what else the machine does.</summary>
    private static void WarmUp(PacketBody body, CancellationToken stop)
    {
        var best = 0.0;
        for (int round = 0, steady = 0; round < MaxWarmUps && steady < SteadyRounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            var (count, time) = RunFor(body, s_warmUp);
            Thread.Sleep(s_compilerTurn);
            var rate = count / time.TotalSeconds;
            steady = rate > best * Progress ? 0 : steady + 1;
            best = Math.Max(best, rate);
        }
    }

    private static (long Count, TimeSpan Time) RunFor(PacketBody body, TimeSpan duration)
    {
        var start = ThreadClock.Now;
        for (long count = Batch; ; count += Batch)
        {
            for (var i = 0; i < Batch; i++)
                body.Run();
            var elapsed = ThreadClock.Now - start;
            if (elapsed >= duration)
                return (count, elapsed);
        }
    }
}
