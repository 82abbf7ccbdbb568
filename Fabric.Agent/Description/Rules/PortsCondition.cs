using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Description.Rules;

/// <summary>A condition that names ports.</summary>
/// <param name="key">Its key.</param>
/// <param name="get">Its place in a match.</param>
/// <param name="set">The match with it in its place.</param>
internal sealed class PortsCondition(
    Key<ListForm<string>> key,
    Func<RuleMatch, Test<PortList>?> get,
    Func<RuleMatch, Test<PortList>, RuleMatch> set
) : Condition(key, isNegatable: true)
{
    /// <inheritdoc/>
    public override bool IsSet(RuleMatch match) => get(match) is not null;

    /// <inheritdoc/>
    public override RuleMatch Read(RuleMatch match, MapReader map, Scope scope, bool isNegated)
    {
        var ports = scope.FindAll(DeviceKind.Port, map, key).Select(id => new PortId(id));
        return set(match, new Test<PortList>([.. ports], isNegated));
    }

    /// <inheritdoc/>
    public override string? Write(RuleMatch match, bool isNegated, NameWriter names) =>
        get(match) is { } test && test.IsNegated == isNegated
            ? YamlText.Sequence(test.Value.Select(port => names.Of(port)).Order(StringComparer.Ordinal).Distinct())
            : null;
}
