namespace Fabric.Simulation;

/// <summary>A place in a program that is being made, which code goes to before or after it is known where that is.</summary>
internal class ChainLabel
{
    private ChainLabel? _alias;
    private int _target = int.MinValue;

    /// <summary>Some code goes here.</summary>
    public bool IsReached { get; private set; }

    /// <summary>What is known whichever way one came here.</summary>
    public ChainKnowledge Known { get; private set; }

    /// <summary>Where it is: the index of a check, or the complement of the index of a rule that is matched.</summary>
    public int Target
    {
        get
        {
            var end = this;
            while (end._alias is { } alias)
                end = alias;
            // Rules that say nothing of a kind of packet make long rows of these: not to go through them twice.
            for (var label = this; label._alias is { } alias; label = alias)
                label._alias = end;
            return end._target;
        }
    }

    /// <summary>Notes that code goes here, knowing something.</summary>
    /// <returns>Where it goes: here, or to a place that makes more of what is known.</returns>
    public virtual ChainLabel Reach(in ChainKnowledge known)
    {
        Known = IsReached ? Known.Or(known) : known;
        IsReached = true;
        return this;
    }

    /// <summary>Fixes the place.</summary>
    public void Bind(int place) => _target = place;

    /// <summary>Makes this the same place as another.</summary>
    public void Bind(ChainLabel other) => _alias = other;
}
