namespace Fabric.Bindings;

/// <summary>How often a host asks whether the way to another is up, and how much silence is too much.</summary>
/// <param name="Interval">Between two echoes while the way is up, less up to a quarter by chance; 300 ms by default.</param>
/// <param name="Multiplier">Echoes that may stay out; 1 or more, 3 by default.</param>
public readonly record struct ProbeTiming(TimeSpan Interval, byte Multiplier)
{
    /// <summary>Between two echoes while the way is not up (RFC 5880, section 6.8.3: one second or more).</summary>
    public static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(1);

    /// <summary>What agents use unless told otherwise.</summary>
    public static ProbeTiming Default => new(TimeSpan.FromMilliseconds(300), 3);

    /// <summary>The silence after which a way that was up is down.</summary>
    public TimeSpan DetectionTime => Interval * Multiplier;

    /// <summary>When to ask next (RFC 5880, section 6.8.7).</summary>
    /// <param name="interval">The longest time.</param>
    /// <param name="draw">A random number, by which hosts that began together drift apart.</param>
    public TimeSpan Jitter(TimeSpan interval, uint draw)
    {
        // With one echo that may stay out the next must not be late: 10 to 25 % less, else 0 to 25 %.
        var least = Multiplier == 1 ? 0.10 : 0;
        return interval * (1 - least - draw / (double)uint.MaxValue * (0.25 - least));
    }
}
