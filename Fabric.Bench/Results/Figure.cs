using System.Globalization;

namespace Fabric.Bench.Results;

/// <summary>Figures as people read them: three digits that count.</summary>
internal static class Figure
{
    /// <summary>A value, or a dash for none.</summary>
    public static string Of(double? value) =>
        value is not { } number
            ? "-"
            : Math.Abs(number) switch
            {
                >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
                >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
                _ => number.ToString("0.##", CultureInfo.InvariantCulture),
            };

    /// <summary>A ratio, or a dash for none.</summary>
    public static string OfRatio(double? ratio) => ratio is null ? "-" : Of(ratio) + "x";

    /// <summary>What became of a goal.</summary>
    public static string OfGoal(bool? isMet) =>
        isMet switch
        {
            true => "reached",
            false => "MISSED",
            null => "-",
        };
}
