using System.Text.Json.Serialization;

namespace Fabric.Bench.Results;

/// <summary>One figure, alone or beside that of a peer taken in the same rounds.</summary>
internal sealed record Measurement
{
    /// <summary>What was measured, in words.</summary>
    public required string Name { get; init; }

    /// <summary>The unit of all values.</summary>
    public required string Unit { get; init; }

    /// <summary>The median of the rounds.</summary>
    public required double Value { get; init; }

    /// <summary>What it is compared to, or null.</summary>
    public string? Peer { get; init; }

    /// <summary>The peer's median.</summary>
    public double? PeerValue { get; init; }

    /// <summary>The ratio is the median of the rounds' ratios, for each round met both alike; else that of the medians.</summary>
    public bool IsPaired { get; init; }

    /// <summary>The value by the peer's; null if there is none or it is zero.</summary>
    public double? Ratio =>
        IsPaired && Raw.Count == PeerRaw.Count && PeerRaw.All(value => value > 0)
            ? Median.Of([.. Raw.Zip(PeerRaw, (own, theirs) => own / theirs)])
        : PeerValue > 0 ? Value / PeerValue
        : null;

    /// <summary>What should be reached, or null.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Whether the goal is reached; null without one, or when nothing can be said.</summary>
    public bool? IsGoalMet => Goal?.IsMetBy(this);

    /// <summary>Every round in order.</summary>
    public IReadOnlyList<double> Raw { get; init; } = [];

    /// <summary>Every round of the peer in order.</summary>
    public IReadOnlyList<double> PeerRaw { get; init; } = [];

    /// <summary>Name and unit in one, for tables.</summary>
    [JsonIgnore]
    public string Title => $"{Name}, {Unit}";
}
