using System.Collections.Immutable;

namespace Fabric.Simulation;

/// <summary>Writes the checks of a chain one after another, leaving out those whose answer is known where they stand.</summary>
internal sealed class ChainAssembler
{
    private readonly List<(RuleCheck Check, ChainLabel Met, ChainLabel Unmet)> checks = [];
    private readonly List<ImmutableArray<RuleFact>> known = [];
    private ChainLabel here = new();

    /// <summary>Number of checks so far.</summary>
    public int Count => checks.Count;

    /// <summary>What follows is at a label.</summary>
    public void Place(ChainLabel label) => here = label;

    /// <summary>Asks a question here and goes on by its answer.</summary>
    public void Ask(in RuleCheck check, ChainLabel met, ChainLabel unmet)
    {
        if (!here.IsReached)
            return;
        if (RuleFact.Answer(here.Facts.AsSpan(), check) is { } answer)
        {
            Go(answer ? met : unmet);
            return;
        }
        here.Bind(checks.Count);
        checks.Add((check, met, unmet));
        known.Add(here.Facts);
        met.Reach(here.Facts.Add(new RuleFact(check, true)));
        unmet.Reach(here.Facts.Add(new RuleFact(check, false)));
    }

    /// <summary>Goes on elsewhere.</summary>
    public void Go(ChainLabel label)
    {
        if (!here.IsReached)
            return;
        here.Bind(label);
        label.Reach(here.Facts);
    }

    /// <summary>The finished checks.</summary>
    public ChainCheck[] Finish()
    {
        var finished = new ChainCheck[checks.Count];
        for (var i = 0; i < finished.Length; i++)
            finished[i] = new ChainCheck(checks[i].Check, checks[i].Met.Target, checks[i].Unmet.Target);
        ChainShortcuts.Take(finished, known);
        return finished;
    }
}
