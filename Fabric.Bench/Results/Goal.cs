using System.Globalization;

namespace Fabric.Bench.Results;

/// <summary>What a figure should reach.</summary>
/// <param name="Bound">The limit.</param>
/// <param name="IsRatio">The ratio to the peer is meant, not the value.</param>
/// <param name="IsCeiling">Less is better.</param>
internal sealed record Goal(double Bound, bool IsRatio, bool IsCeiling)
{
    /// <summary>A value of at least this.</summary>
    public static Goal AtLeast(double value) => new(value, IsRatio: false, IsCeiling: false);

    /// <summary>A value of at most this.</summary>
    public static Goal AtMost(double value) => new(value, IsRatio: false, IsCeiling: true);

    /// <summary>At least so many times the peer's.</summary>
    public static Goal RatioAtLeast(double ratio) => new(ratio, IsRatio: true, IsCeiling: false);

    /// <summary>At most so many times the peer's.</summary>
    public static Goal RatioAtMost(double ratio) => new(ratio, IsRatio: true, IsCeiling: true);

    /// <summary>Whether a figure reaches it; null if its peer gave none.</summary>
    public bool? IsMetBy(Measurement measurement) =>
        (IsRatio ? measurement.Ratio : measurement.Value) is not { } reached ? null
        : IsCeiling ? reached <= Bound
        : reached >= Bound;

    /// <summary>As a table shows it: "&gt;= 8x".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsCeiling ? "<=" : ">=")} {(IsRatio ? $"{Bound:0.##}x" : $"{Bound:#,0.##}")}");
}
