namespace Fabric.Simulation;

/// <summary>What is known of a packet that comes to some place of a program, because of the checks on the way there.</summary>
/// <param name="Kind">What is known of its kind, which is handed on from rule to rule.</param>
/// <param name="Last">All other answers, the latest first; null for none.</param>
internal readonly record struct ChainKnowledge(PacketKind Kind, RuleFact? Last)
{
    /// <summary>What is known once a check has been answered too.</summary>
    public ChainKnowledge Learn(in RuleCheck check, bool isMet)
    {
        var kind = Kind.Learn(check, isMet);
        return new ChainKnowledge(kind, kind == Kind ? new RuleFact(check, isMet, Last) : Last);
    }

    /// <summary>The answer to a check, or null if it is not known.</summary>
    public bool? Answer(in RuleCheck check)
    {
        if (Kind.Answer(check) is { } answer)
            return answer;
        for (var fact = Last; fact is not null; fact = fact.Earlier)
        {
            if (fact.Answer(check) is { } same)
                return same;
        }
        return null;
    }

    /// <summary>What is known whether one comes with this or with something else: of the answers those from before the ways parted.</summary>
    public ChainKnowledge Or(in ChainKnowledge other) => new(Kind.Or(other.Kind), RuleFact.LastCommon(Last, other.Last));
}
