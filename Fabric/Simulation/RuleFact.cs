namespace Fabric.Simulation;

/// <summary>An answer that is known at some place of a program, because the way there went through its check.</summary>
/// <param name="check">What was asked.</param>
/// <param name="isMet">The answer.</param>
/// <param name="earlier">The answer before, or null.</param>
internal sealed class RuleFact(in RuleCheck check, bool isMet, RuleFact? earlier)
{
    private readonly RuleCheck _check = check;
    private readonly int _count = earlier is null ? 1 : earlier._count + 1;

    /// <summary>The answer before, or null.</summary>
    public RuleFact? Earlier { get; } = earlier;

    /// <summary>What the fact says about a check: its answer, or null.</summary>
    /// <remarks>
    /// Only checks that would observe no bit that this one's did not: so leaving them out changes neither verdict nor mask. A
    /// comparison that held observed all of its bits; one that failed observed the first ones, which decide its equal only.
    /// </remarks>
    public bool? Answer(in RuleCheck other)
    {
        if (other == _check)
            return isMet;
        var isSubset =
            isMet
            && _check.Kind == RuleCheckKind.Bits
            && other.Kind == RuleCheckKind.Bits
            && _check.Word == other.Word
            && (other.Bits & ~_check.Bits) == 0;
        return isSubset ? (_check.Value & other.Bits) == other.Value : null;
    }

    /// <summary>The latest answer that two ways have in common, or null.</summary>
    public static RuleFact? LastCommon(RuleFact? one, RuleFact? other)
    {
        while (one != other)
        {
            if ((one?._count ?? 0) >= (other?._count ?? 0))
                one = one?.Earlier;
            else
                other = other?.Earlier;
        }
        return one;
    }
}
