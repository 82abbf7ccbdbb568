using System.Collections.Immutable;

namespace Fabric.Agent.Metrics;

/// <summary>One metric of an agent.</summary>
/// <param name="Name">Its name: `fabric_`, what it counts, its base unit, and `_total` for counters.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Help">What it means, in one sentence.</param>
/// <param name="Labels">What tells its values apart, beside the host.</param>
/// <param name="Read">Its values now; none of what there is not.</param>
internal sealed record Metric(
    string Name,
    MetricKind Kind,
    string Help,
    ImmutableArray<string> Labels,
    Func<MetricSource, IEnumerable<MetricSample>> Read
);
