using System.Collections.Immutable;

namespace Fabric.Simulation;

/// <summary>Writes the checks of a chain one after another, leaving out those whose answer is known where they stand.</summary>
internal sealed class ChainAssembler
{
    private readonly List<(RuleCheck Check, ChainLabel Met, ChainLabel Unmet)> _checks = [];
    private readonly List<ImmutableArray<RuleFact>> _known = [];
    private ChainLabel _here = new();

    /// <summary>Number of checks so far.</summary>
    public int Count => _checks.Count;

    /// <summary>What follows is at a label.</summary>
    public void Place(ChainLabel label) => _here = label;

    /// <summary>Asks a question here and goes on by its answer.</summary>
    public void Ask(in RuleCheck check, ChainLabel met, ChainLabel unmet)
    {
        if (!_here.IsReached)
            return;
        if (RuleFact.Answer(_here.Facts.AsSpan(), check) is { } answer)
        {
            Go(answer ? met : unmet);
            return;
        }
        _here.Bind(_checks.Count);
        _checks.Add((check, met, unmet));
        _known.Add(_here.Facts);
        met.Reach(_here.Facts.Add(new RuleFact(check, true)));
        unmet.Reach(_here.Facts.Add(new RuleFact(check, false)));
    }

    /// <summary>Goes on elsewhere.</summary>
    public void Go(ChainLabel label)
    {
        if (!_here.IsReached)
            return;
        _here.Bind(label);
        label.Reach(_here.Facts);
    }

    /// <summary>The finished checks.</summary>
    public ChainCheck[] Finish()
    {
        var finished = new ChainCheck[_checks.Count];
        for (var i = 0; i < finished.Length; i++)
            finished[i] = new ChainCheck(_checks[i].Check, _checks[i].Met.Target, _checks[i].Unmet.Target);
        ChainShortcuts.Take(finished, _known);
        return finished;
    }
}
