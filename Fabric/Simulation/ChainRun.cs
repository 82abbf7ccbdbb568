using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>A long row of comparisons, where each is asked if the one before has failed, done as a few searches.</summary>
/// <remarks>A hundred rules that differ in a port or a subnet, or some in the one and some in the other, in whatever order.</remarks>
internal sealed class ChainRun
{
    /// <summary>Comparisons that a search must save; below this they are as fast one by one.</summary>
    public const int MinPerSearch = 8;

    private readonly WordSearch[] _searches;
    private readonly int[] _onMet;
    private readonly int _onUnmet;

    private ChainRun(ReadOnlySpan<ChainCheck> row)
    {
        _onUnmet = row[^1].OnUnmet;
        _onMet = new int[row.Length];
        var comparisons = new (RuleCheck Check, int Place)[row.Length];
        for (var place = 0; place < row.Length; place++)
        {
            _onMet[place] = row[place].OnMet;
            comparisons[place] = (row[place].Check, place);
        }
        _searches =
        [
            .. comparisons
                .GroupBy(
                    comparison => (comparison.Check.Word, comparison.Check.Bits),
                    comparison => (comparison.Check.Value, comparison.Place)
                )
                .Select(alike => new WordSearch(alike.Key.Word, alike.Key.Bits, alike)),
        ];
    }

    /// <summary>Where to go on; observes what the comparisons would have.</summary>
    public int Next(ObservedKey key)
    {
        var met = key.FindFirst(_searches);
        return met == WordSearch.Nowhere ? _onUnmet : _onMet[met];
    }

    /// <summary>Puts a run in place of the first comparison of each long row of them; the others stay for those who enter in the middle.</summary>
    public static ChainRun[] Take(ChainCheck[] checks)
    {
        var runs = new List<ChainRun>();
        var isTaken = new bool[checks.Length];
        var row = new List<int>();
        for (var first = 0; first < checks.Length; first++)
        {
            FindRow(checks, isTaken, first, row);
            if (row.Count == 0)
                continue;
            runs.Add(new ChainRun([.. row.Select(at => checks[at])]));
            foreach (var at in row)
                isTaken[at] = true;
            checks[first] = new ChainCheck(RuleCheck.Of(RuleCheckKind.Run, (ulong)runs.Count - 1), default, default);
        }
        return [.. runs];
    }

    /// <summary>The longest row from a check on that is worth its searches; empty if none is.</summary>
    private static void FindRow(ChainCheck[] checks, bool[] isTaken, int first, List<int> row)
    {
        row.Clear();
        var sorts = new List<(int Word, ulong Bits)>();
        var worth = 0;
        for (var at = first; at >= 0 && !isTaken[at] && checks[at].Check.Kind == RuleCheckKind.Bits; at = checks[at].OnUnmet)
        {
            var sort = (checks[at].Check.Word, checks[at].Check.Bits);
            if (!sorts.Contains(sort))
            {
                if (sorts.Count == ObservedKey.MaxSearches)
                    break;
                sorts.Add(sort);
            }
            row.Add(at);
            if (row.Count >= MinPerSearch * sorts.Count)
                worth = row.Count;
        }
        row.RemoveRange(worth, row.Count - worth);
    }
}
