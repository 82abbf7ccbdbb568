using Fabric.Bench.Results;

namespace Fabric.Bench.Hive;

/// <summary>What is measured.</summary>
/// <param name="Name">In words.</param>
/// <param name="Unit">Of its values.</param>
/// <param name="Goal">What should be reached, or null.</param>
/// <param name="Peer">What the same costs otherwise, or null.</param>
internal sealed record HiveMetric(string Name, string Unit, Goal? Goal = null, string? Peer = null);
