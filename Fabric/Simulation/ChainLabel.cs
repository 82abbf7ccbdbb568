using System.Collections.Immutable;

namespace Fabric.Simulation;

/// <summary>A place in a program that is being made, which code goes to before or after it is known where that is.</summary>
internal sealed class ChainLabel
{
    private ImmutableArray<RuleFact> _facts;
    private ChainLabel? _alias;
    private int _target = int.MinValue;

    /// <summary>Some code goes here.</summary>
    public bool IsReached => !_facts.IsDefault;

    /// <summary>What is known whichever way one came here.</summary>
    public ImmutableArray<RuleFact> Facts => _facts;

    /// <summary>Where it is: the index of a check, or the complement of the index of a rule that is matched.</summary>
    public int Target => _alias?.Target ?? _target;

    /// <summary>Notes that code goes here, knowing something.</summary>
    public void Reach(ImmutableArray<RuleFact> known) => _facts = _facts.IsDefault ? known : [.. _facts.Where(known.Contains)];

    /// <summary>Fixes the place.</summary>
    public void Bind(int place) => _target = place;

    /// <summary>Makes this the same place as another.</summary>
    public void Bind(ChainLabel other) => _alias = other;
}
