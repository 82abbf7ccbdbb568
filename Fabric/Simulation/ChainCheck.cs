namespace Fabric.Simulation;

/// <summary>One check of a compiled chain and where to go on by its answer.</summary>
/// <remarks>Fields, not properties, so that they are read in place.</remarks>
internal readonly struct ChainCheck(RuleCheck check, int onMet, int onUnmet)
{
    /// <summary>What is asked.</summary>
    public readonly RuleCheck Check = check;

    /// <summary>The next check's index; or the complement of the index of a rule, which then matches; the number of rules stands for the chain's end.</summary>
    public readonly int OnMet = onMet;

    /// <summary>The same for the other answer.</summary>
    public readonly int OnUnmet = onUnmet;
}
