using System.Collections.Immutable;

namespace Fabric.Agent.Metrics;

/// <summary>One value of a metric.</summary>
/// <param name="Labels">The values of the metric's labels, in their order; the host's name is not among them.</param>
/// <param name="Value">The value, in the metric's unit.</param>
internal readonly record struct MetricSample(ImmutableArray<string> Labels, double Value)
{
    /// <summary>What stands behind the metric's name in a line of a histogram: _bucket, _sum or _count; null in others.</summary>
    public string? Suffix { get; init; }

    /// <summary>The size that a bucket's values have at most; null in others.</summary>
    public string? AtMost { get; init; }
}
