using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Description.Rules;

/// <summary>One condition of rules, between its key in fabric.yaml and its place in a match, both ways.</summary>
/// <param name="key">Its key.</param>
/// <param name="isNegatable">It may stand under `not`.</param>
internal abstract class Condition(Key key, bool isNegatable)
{
    /// <summary>Its key.</summary>
    public Key Key { get; } = key;

    /// <summary>It may stand under `not`.</summary>
    public bool IsNegatable { get; } = isNegatable;

    /// <summary>Of the matches that have it, those that it is written for; another condition writes the same place for the others.</summary>
    public Predicate<RuleMatch> IsWritten { get; init; } = _ => true;

    /// <summary>The match asks for it, by this key or another of the same place.</summary>
    public abstract bool IsSet(RuleMatch match);

    /// <summary>Adds it to a match; what cannot be read is complained of and left out.</summary>
    public abstract RuleMatch Read(RuleMatch match, MapReader map, Scope scope, bool isNegated);

    /// <summary>Writes its value, or null if the match does not ask for it in that way.</summary>
    public abstract string? Write(RuleMatch match, bool isNegated, NameWriter names);
}
