namespace Fabric.Bench.Results;

/// <summary>The figure that stands for several rounds: half of them are below.</summary>
/// <remarks>Not the mean: one round beside a busy neighbor would move it.</remarks>
internal static class Median
{
    /// <summary>The median; zero for no rounds.</summary>
    public static double Of(IReadOnlyCollection<double> rounds)
    {
        var sorted = rounds.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length == 0 ? 0
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
