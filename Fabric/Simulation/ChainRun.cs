using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Comparisons of the same bits with many values, one after another, done as one search.</summary>
/// <remarks>A hundred rules that differ in a port or a subnet. Their values differ, since <see cref="ChainShortcuts"/> leaves repeats out.</remarks>
internal sealed class ChainRun
{
    private readonly int _word;
    private readonly ulong _bits;
    private readonly ulong[] _values;
    private readonly int[] _onMet;
    private readonly int _onUnmet;

    private ChainRun(ReadOnlySpan<ChainCheck> members)
    {
        _word = members[0].Check.Word;
        _bits = members[0].Check.Bits;
        _onUnmet = members[^1].OnUnmet;
        _values = new ulong[members.Length];
        _onMet = new int[members.Length];
        for (var i = 0; i < members.Length; i++)
            (_values[i], _onMet[i]) = (members[i].Check.Value, members[i].OnMet);
        Array.Sort(_values, _onMet);
    }

    /// <summary>Below this the comparisons one by one are as fast.</summary>
    public const int MinLength = 8;

    /// <summary>Where to go on; observes what the comparisons would have.</summary>
    public int Next(ObservedKey key)
    {
        var found = key.FindInWord(_word, _values, _bits);
        return found >= 0 ? _onMet[found] : _onUnmet;
    }

    /// <summary>Puts a search in place of the first comparison of each long row of them; the others stay for those who enter in the middle.</summary>
    public static ChainRun[] Take(ChainCheck[] checks)
    {
        var runs = new List<ChainRun>();
        var isTaken = new bool[checks.Length];
        var members = new List<ChainCheck>();
        for (var first = 0; first < checks.Length; first++)
        {
            members.Clear();
            for (var at = first; at >= 0 && !isTaken[at] && IsAlike(checks[first].Check, checks[at].Check); at = checks[at].OnUnmet)
                members.Add(checks[at]);
            if (members.Count < MinLength)
                continue;
            for (var (at, count) = (first, 0); count < members.Count; (at, count) = (members[count].OnUnmet, count + 1))
                isTaken[at] = true;
            checks[first] = new ChainCheck(RuleCheck.Of(RuleCheckKind.Run, (ulong)runs.Count), default, default);
            runs.Add(new ChainRun([.. members]));
        }
        return [.. runs];
    }

    private static bool IsAlike(in RuleCheck first, in RuleCheck other) =>
        first.Kind == RuleCheckKind.Bits && other.Kind == RuleCheckKind.Bits && first.Word == other.Word && first.Bits == other.Bits;
}
