using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Description.Rules;

/// <summary>The condition that a packet has passed a device.</summary>
internal sealed class TraversedCondition(Key<ScalarForm<(DeviceKind Kind, string Name)>> key) : Condition(key, isNegatable: true)
{
    /// <inheritdoc/>
    public override bool IsSet(RuleMatch match) => match.Traversed is not null;

    /// <inheritdoc/>
    public override RuleMatch Read(RuleMatch match, MapReader map, Scope scope, bool isNegated)
    {
        if (map.One(key) is not { } written)
            return match;
        var name = new Located<string>(written.Value.Name, written.At);
        var device = scope.Draft.Resolve(written.Value.Kind, scope.Tenant, name);
        return device is { } found ? match with { Traversed = new(found, isNegated) } : match;
    }

    /// <inheritdoc/>
    public override string? Write(RuleMatch match, bool isNegated, NameWriter names) =>
        match.Traversed is { } test && test.IsNegated == isNegated
            ? YamlText.Scalar($"{Nouns.One(test.Value.Kind)} {names.PlainOf(test.Value)}")
            : null;
}
