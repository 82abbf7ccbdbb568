namespace Fabric.Tests.Laws;

/// <summary>How many cases the laws try, and how a failing one is told.</summary>
internal static class LawRun
{
    /// <summary>The variable that asks for a long run: how many cases in all.</summary>
    private const string Variable = "FABRIC_LAWS";

    /// <summary>Cases of one law: a default share, or of the long run as much as its share in the default.</summary>
    /// <param name="usual">Cases in a usual run.</param>
    public static int Cases(int usual)
    {
        const long usualTotal = 100_000;
        return long.TryParse(Environment.GetEnvironmentVariable(Variable), out var wanted) && wanted > 0
            ? (int)Math.Min(int.MaxValue, usual * Math.Max(1, wanted / usualTotal))
            : usual;
    }

    /// <summary>Runs worlds one after another, each with its own seed, and names the seed of the first that fails.</summary>
    /// <param name="worlds">How many.</param>
    /// <param name="law">Returns a counterexample in words, or null.</param>
    public static void ForEachSeed(int worlds, Func<int, string?> law)
    {
        for (var seed = 0; seed < worlds; seed++)
        {
            if (law(seed) is { } counterexample)
                Assert.Fail($"seed {seed}: {counterexample}\nadd [TestCase({seed})] to the law's known seeds once it is mended");
        }
    }
}
