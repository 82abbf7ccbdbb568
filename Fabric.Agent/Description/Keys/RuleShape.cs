using Fabric.Agent.Description.Rules;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a rule.</summary>
internal static class RuleShape
{
    /// <summary>Its name.</summary>
    public static Key<ScalarForm<string>> Name { get; } =
        new("name", Forms.Name, "Its name, unique in the chain; drops and counters are told by it.")
        {
            IsRequired = true,
            Missing = DescriptionErrors.Anonymous,
        };

    /// <summary>What it does.</summary>
    public static Key<ActionForm> Do { get; } =
        new(
            "do",
            new ActionForm(),
            "What it does with a packet that meets every condition. accept, drop and reject end the chain; return goes back to the chain that jumped; the others go on with the next rule."
        )
        {
            IsRequired = true,
        };

    /// <summary>Negated conditions.</summary>
    public static Key<ShapeForm> Not { get; } =
        new("not", new(NotShape.Shape, Gathering.One, ""), "Conditions that must not hold, each by itself.");

    /// <summary>Negates everything.</summary>
    public static Key<ScalarForm<bool>> Invert { get; } =
        new("invert", Forms.Bool, "Negates all conditions together, except `fragments`.") { Default = "false" };

    /// <summary>Counts matches.</summary>
    public static Key<ScalarForm<string>> Meter { get; } =
        new("meter", Forms.Name, "A meter that counts the packets that the rule matches.");

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new(
            "rule",
            "One rule of a chain. Without conditions it is for every packet; a condition on a header that a packet lacks is not met.",
            [Name, Do, .. RuleConditions.All.Select(condition => condition.Key), Not, Invert, Meter]
        );
}
