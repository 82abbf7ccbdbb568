using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Description.Rules;

/// <summary>A condition on a value.</summary>
/// <param name="key">Its key.</param>
/// <param name="get">Its place in a match.</param>
/// <param name="set">The match with it in its place.</param>
/// <param name="write">Its value as text.</param>
internal sealed class ValueCondition<T>(
    Key<ScalarForm<T>> key,
    Func<RuleMatch, Test<T>?> get,
    Func<RuleMatch, Test<T>, RuleMatch> set,
    Func<T, string> write
) : Condition(key, isNegatable: true)
{
    /// <inheritdoc/>
    public override bool IsSet(RuleMatch match) => get(match) is not null;

    /// <inheritdoc/>
    public override RuleMatch Read(RuleMatch match, MapReader map, Scope scope, bool isNegated) =>
        map.One(key) is { } value ? set(match, new Test<T>(value.Value, isNegated)) : match;

    /// <inheritdoc/>
    public override string? Write(RuleMatch match, bool isNegated, NameWriter names) =>
        get(match) is { } test && test.IsNegated == isNegated && IsWritten(match) ? YamlText.Scalar(write(test.Value)) : null;
}
