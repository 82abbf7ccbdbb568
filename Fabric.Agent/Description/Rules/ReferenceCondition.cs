using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Description.Rules;

/// <summary>A condition that names an address set or a port group.</summary>
/// <param name="key">Its key.</param>
/// <param name="kind">Which kind it names.</param>
/// <param name="get">Its place in a match.</param>
/// <param name="set">The match with it in its place.</param>
internal sealed class ReferenceCondition(
    Key<ScalarForm<string>> key,
    DeviceKind kind,
    Func<RuleMatch, Test<ulong>?> get,
    Func<RuleMatch, Test<ulong>, RuleMatch> set
) : Condition(key, isNegatable: true)
{
    /// <inheritdoc/>
    public override bool IsSet(RuleMatch match) => get(match) is not null;

    /// <inheritdoc/>
    public override RuleMatch Read(RuleMatch match, MapReader map, Scope scope, bool isNegated) =>
        scope.Find(kind, map, key) is { } id ? set(match, new Test<ulong>(id, isNegated)) : match;

    /// <inheritdoc/>
    public override string? Write(RuleMatch match, bool isNegated, NameWriter names) =>
        get(match) is { } test && test.IsNegated == isNegated ? names.Of(new DeviceRef(kind, test.Value)) : null;
}
