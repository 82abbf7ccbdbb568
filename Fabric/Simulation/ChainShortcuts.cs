namespace Fabric.Simulation;

/// <summary>Lets a failed rule go on past those checks of the next rules whose answer it has just learned.</summary>
/// <remarks>
/// A hundred rules for one subnet ask once whether a packet is from there. Verdict and mask stay the same, see <see cref="RuleFact"/>;
/// <c>ChainMaskTest</c> compares with rules in chains of their own, which learn nothing from one another.
/// </remarks>
internal static class ChainShortcuts
{
    /// <summary>Checks passed at once, at most; it bounds the time to compile a chain of many different rules.</summary>
    private const int MaxSteps = 16;

    /// <summary>Turns the ways between checks into shorter ones.</summary>
    /// <param name="checks">The checks; all ways go forward.</param>
    /// <param name="known">For each check what is known before it.</param>
    public static void Take(ChainCheck[] checks, IReadOnlyList<ChainKnowledge> known)
    {
        // From the end, so that the ways followed are short already.
        for (var i = checks.Length - 1; i >= 0; i--)
        {
            var way = checks[i];
            checks[i] = new ChainCheck(
                way.Check,
                Follow(checks, way.OnMet, known[i].Learn(way.Check, true)),
                Follow(checks, way.OnUnmet, known[i].Learn(way.Check, false))
            );
        }
    }

    private static int Follow(ChainCheck[] checks, int target, in ChainKnowledge known)
    {
        for (var step = 0; target >= 0 && step < MaxSteps; step++)
        {
            if (known.Answer(checks[target].Check) is not { } answer)
                break;
            target = answer ? checks[target].OnMet : checks[target].OnUnmet;
        }
        return target;
    }
}
