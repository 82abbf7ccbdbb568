namespace Fabric.Simulation;

/// <summary>An answer that is known at some place of a program, because the way there went through its check.</summary>
/// <param name="Check">What was asked.</param>
/// <param name="IsMet">The answer.</param>
internal readonly record struct RuleFact(RuleCheck Check, bool IsMet)
{
    /// <summary>What the fact says about another check: its answer, or null.</summary>
    /// <remarks>
    /// Only checks that would observe no bit that this one's did not: so leaving them out changes neither verdict nor mask. A
    /// comparison that held observed all of its bits; one that failed observed the first ones, which decide its equal only.
    /// </remarks>
    public bool? Answer(in RuleCheck other)
    {
        if (other == Check)
            return IsMet;
        var isSubset =
            IsMet
            && Check.Kind == RuleCheckKind.Bits
            && other.Kind == RuleCheckKind.Bits
            && Check.Word == other.Word
            && (other.Bits & ~Check.Bits) == 0;
        return isSubset ? (Check.Value & other.Bits) == other.Value : null;
    }

    /// <summary>What some facts say about a check: its answer, or null.</summary>
    public static bool? Answer(ReadOnlySpan<RuleFact> facts, in RuleCheck check)
    {
        foreach (ref readonly var fact in facts)
        {
            if (fact.Answer(check) is { } answer)
                return answer;
        }
        return null;
    }
}
