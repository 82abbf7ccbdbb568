using System.Text.Json.Nodes;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>What a rule does: a word, or a map for what needs a value.</summary>
internal sealed record ActionForm : Form
{
    /// <summary>The actions that are a word.</summary>
    public ScalarForm<RuleAction> Word { get; } =
        Forms.Words(
            "action",
            ("accept", RuleAction.Accept),
            ("drop", RuleAction.Drop),
            ("reject", RuleAction.Reject),
            ("continue", RuleAction.Continue),
            ("return", RuleAction.Return),
            ("pop-vlan", RuleAction.PopVlan),
            ("trace", RuleAction.Trace)
        );

    /// <inheritdoc/>
    public override string Type => $"{Word.Type}, or a map, see [action](#action)";

    /// <inheritdoc/>
    public override string Words => $"{Word.Words}, or {{ jump: CHAIN }}, or {{ push-vlan: ID }}";

    /// <inheritdoc/>
    public override JsonNode Schema() =>
        new JsonObject { ["anyOf"] = new JsonArray(Word.Schema(), new JsonObject { ["$ref"] = "#/$defs/action" }) };
}
