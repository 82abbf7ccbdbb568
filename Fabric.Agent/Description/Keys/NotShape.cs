using Fabric.Agent.Description.Rules;

namespace Fabric.Agent.Description.Keys;

/// <summary>The conditions of a rule that can be negated one by one.</summary>
internal static class NotShape
{
    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new("not", "Conditions that must not hold.", [.. RuleConditions.Negatable.Select(condition => condition.Key)]);
}
