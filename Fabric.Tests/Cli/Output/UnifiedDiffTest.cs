using Fabric.Agent.Cli.Output;

namespace Fabric.Tests.Cli.Output;

public class UnifiedDiffTest
{
    [Test]
    public void WhatIsInBothStandsOnceAndThreeLinesRoundIt()
    {
        string[] before = [.. Enumerable.Range(0, 20).Select(i => $"{i}")];
        string[] after = [.. before[..10], "new", .. before[11..]];

        UnifiedDiff
            .Lines(string.Join('\n', before), string.Join('\n', after), "a", "b")
            .ShouldBe(["--- a", "+++ b", "@@ -8,7 +8,7 @@", " 7", " 8", " 9", "-10", "+new", " 11", " 12", " 13"]);
        UnifiedDiff.Lines("same", "same", "a", "b").ShouldBeEmpty();
    }

    /// <summary>To compare each with each would take more memory than there is.</summary>
    [Test]
    public void TextsThatAreLongAndHaveNothingInCommonAreReplacedWhole()
    {
        const int Count = 60_000;
        var lines = UnifiedDiff.Lines(Text("a"), Text("b"), "a", "b").ToArray();

        lines.Length.ShouldBe(2 * Count + 3);
        lines.Count(line => line.StartsWith("-a", StringComparison.Ordinal)).ShouldBe(Count);
        lines.Count(line => line.StartsWith("+b", StringComparison.Ordinal)).ShouldBe(Count);

        static string Text(string letter) => string.Join('\n', Enumerable.Range(0, Count).Select(i => $"{letter}{i}"));
    }
}
