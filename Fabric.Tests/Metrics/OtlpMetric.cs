namespace Fabric.Tests.Metrics;

/// <summary>A metric as a collector reads it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it means.</param>
/// <param name="OnlyGrows">True for a sum that does.</param>
/// <param name="Temporality">Of a sum: 2 counts from the start; null for a gauge.</param>
/// <param name="Points">Its values.</param>
internal sealed record OtlpMetric(
    string Name,
    string Help,
    bool OnlyGrows,
    ulong? Temporality,
    List<(Dictionary<string, string> Attributes, double Value)> Points
);
