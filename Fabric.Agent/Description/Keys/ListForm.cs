using System.Text.Json.Nodes;

namespace Fabric.Agent.Description.Keys;

/// <summary>Several values of one form as a list, or one of them alone.</summary>
/// <param name="Item">The form of each.</param>
internal sealed record ListForm<T>(ScalarForm<T> Item) : Form
{
    /// <inheritdoc/>
    public override string Type => $"{Item.Type}, or a list of them";

    /// <inheritdoc/>
    public override string Words => $"{Item.Words}, or a list of such";

    /// <inheritdoc/>
    public override JsonNode Schema() =>
        new JsonObject { ["anyOf"] = new JsonArray(Item.Schema(), new JsonObject { ["type"] = "array", ["items"] = Item.Schema() }) };
}
