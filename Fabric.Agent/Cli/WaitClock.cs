using System.Globalization;

namespace Fabric.Agent.Cli;

/// <summary>The time since a change was asked for.</summary>
internal sealed class WaitClock(TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();

    /// <summary>How long it has been.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>The same in words.</summary>
    public override string ToString() =>
        Elapsed is { TotalSeconds: >= 1 } elapsed
            ? string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalMilliseconds:0} ms");
}
