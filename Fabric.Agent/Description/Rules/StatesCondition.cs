using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Reading;
using Fabric.Agent.Description.Writing;
using Fabric.Devices;

namespace Fabric.Agent.Description.Rules;

/// <summary>A condition on what a packet is to its connection.</summary>
/// <param name="key">Its key.</param>
internal sealed class StatesCondition(Key<ListForm<ConnectionStates>> key) : Condition(key, isNegatable: true)
{
    /// <inheritdoc/>
    public override bool IsSet(RuleMatch match) => match.States is not null;

    /// <inheritdoc/>
    public override RuleMatch Read(RuleMatch match, MapReader map, Scope scope, bool isNegated)
    {
        var states = map.Several(key).Aggregate(ConnectionStates.None, (all, state) => all | state.Value);
        return match with { States = new Test<ConnectionStates>(states, isNegated) };
    }

    /// <inheritdoc/>
    public override string? Write(RuleMatch match, bool isNegated, NameWriter names)
    {
        if (match.States is not { } test || test.IsNegated != isNegated)
            return null;
        var states = Enum.GetValues<ConnectionStates>().Where(state => state != ConnectionStates.None && test.Value.HasFlag(state));
        return YamlText.Sequence(states.Select(key.Form.Item.WordOf));
    }
}
