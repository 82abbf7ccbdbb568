using System.Collections.Immutable;

namespace Fabric.Agent.Upcalls;

/// <summary>Counts how long things took, by ranges.</summary>
/// <remarks>Written by one thread; others may read a little late, and see a count that its neighbors are ahead of. Adding allocates nothing.</remarks>
public sealed class LatencyHistogram
{
    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _ticks;

    /// <summary>The longest that each range holds, in seconds; what took longer is in a range of its own.</summary>
    public static ImmutableArray<double> Bounds { get; } =
    [0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

    /// <summary>How many of each range, those that took longer than all last.</summary>
    public ImmutableArray<long> Counts => [.. _counts];

    /// <summary>How long all took together.</summary>
    public TimeSpan Sum => new(Volatile.Read(ref _ticks));

    /// <summary>Counts some that took equally long.</summary>
    public void Add(TimeSpan each, int count)
    {
        var range = 0;
        while (range < Bounds.Length && each.TotalSeconds > Bounds[range])
            range++;
        _counts[range] += count;
        _ticks += each.Ticks * count;
    }
}
