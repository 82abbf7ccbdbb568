namespace Fabric.Bench.Simulation;

/// <summary>How often a body runs in a second of one core's time, and what it allocates.</summary>
internal static class PacketLoop
{
    /// <summary>Packets between two looks at the clock.</summary>
    private const int Batch = 256;

    /// <summary>Time for the compiler to see what is hot and to compile it again, which it does behind our back.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs a body for some rounds.</summary>
    /// <param name="body">The work.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="each">How much processor time one takes.</param>
    /// <param name="stop">Ends between two rounds.</param>
    public static PacketFigures Measure(PacketBody body, int rounds, TimeSpan each, CancellationToken stop)
    {
        RunFor(body, s_warmUp);
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
