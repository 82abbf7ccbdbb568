namespace Fabric.Simulation;

/// <summary>Writes the checks of a chain one after another, leaving out those whose answer is known where they stand.</summary>
internal sealed class ChainAssembler
{
    private readonly List<(RuleCheck Check, ChainLabel Met, ChainLabel Unmet)> _checks = [];
    private readonly List<ChainKnowledge> _known = [];
    private ChainLabel _here = new();

    /// <summary>What follows is at a label.</summary>
    public void Place(ChainLabel label) => _here = label;

    /// <summary>Asks a question here and goes on by its answer.</summary>
    public void Ask(in RuleCheck check, ChainLabel met, ChainLabel unmet)
    {
        if (!_here.IsReached)
            return;
        var known = _here.Known;
        if (known.Answer(check) is { } answer)
        {
            Go(answer ? met : unmet);
            return;
        }
        _here.Bind(_checks.Count);
        _checks.Add((check, met.Reach(known.Learn(check, true)), unmet.Reach(known.Learn(check, false))));
        _known.Add(known);
    }

    /// <summary>Goes on elsewhere.</summary>
    public void Go(ChainLabel label)
    {
        if (_here.IsReached)
            _here.Bind(label.Reach(_here.Known));
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
