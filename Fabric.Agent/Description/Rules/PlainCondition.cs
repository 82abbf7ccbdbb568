using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Description.Rules;

/// <summary>A condition of a few words that has its own opposite, so that it is not negated.</summary>
/// <param name="key">Its key.</param>
/// <param name="get">Its place in a match.</param>
/// <param name="set">The match with it in its place.</param>
internal sealed class PlainCondition<T>(Key<ScalarForm<T>> key, Func<RuleMatch, T?> get, Func<RuleMatch, T, RuleMatch> set)
    : Condition(key, isNegatable: false)
    where T : struct
{
    /// <inheritdoc/>
    public override bool IsSet(RuleMatch match) => get(match) is not null;

    /// <inheritdoc/>
    public override RuleMatch Read(RuleMatch match, MapReader map, Scope scope, bool isNegated) =>
        map.One(key) is { } value ? set(match, value.Value) : match;

    /// <inheritdoc/>
    public override string? Write(RuleMatch match, bool isNegated, NameWriter names) =>
        get(match) is { } value && !isNegated ? key.Form.WordOf(value) : null;
}
