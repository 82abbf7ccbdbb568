using System.Collections.Immutable;

namespace Fabric.Simulation;

/// <summary>Lets a failed rule go on past those checks of the next rules whose answer it has just learned.</summary>
/// <remarks>
/// A hundred rules on TCP over IPv4 ask once whether a packet is that. Verdict and mask stay the same, see <see cref="RuleFact"/>;
/// <c>ChainMaskTest</c> compares with rules in chains of their own, which learn nothing from one another.
/// </remarks>
internal static class ChainShortcuts
{
    /// <summary>Checks passed at once, at most; it bounds the time to compile a chain of many different rules.</summary>
    private const int MaxSteps = 64;

    /// <summary>Turns the ways between checks into shorter ones.</summary>
    /// <param name="checks">The checks; all ways go forward.</param>
    /// <param name="known">For each check what is known before it.</param>
    public static void Take(ChainCheck[] checks, IReadOnlyList<ImmutableArray<RuleFact>> known)
    {
        // From the end, so that the ways followed are short already.
        for (var i = checks.Length - 1; i >= 0; i--)
        {
            var way = checks[i];
            checks[i] = new ChainCheck(
                way.Check,
                Follow(checks, way.OnMet, known[i].Add(new RuleFact(way.Check, true))),
                Follow(checks, way.OnUnmet, known[i].Add(new RuleFact(way.Check, false)))
            );
        }
    }

    private static int Follow(ChainCheck[] checks, int target, ImmutableArray<RuleFact> facts)
    {
        for (var step = 0; target >= 0 && step < MaxSteps; step++)
        {
            if (RuleFact.Answer(facts.AsSpan(), checks[target].Check) is not { } answer)
                break;
            target = answer ? checks[target].OnMet : checks[target].OnUnmet;
        }
        return target;
    }
}
