using System.Text.Json.Nodes;
using Fabric.Addresses;

namespace Fabric.Agent.Description.Keys;

/// <summary>A map from names to prefixes.</summary>
internal sealed record AddressSetsForm : Form
{
    /// <summary>The form of one set.</summary>
    public ListForm<IpPrefix> Set { get; } = new(Forms.Prefix);

    /// <inheritdoc/>
    public override string Type => "map from names to lists of prefixes";

    /// <inheritdoc/>
    public override string Words => "a map from names to lists of prefixes";

    /// <inheritdoc/>
    public override JsonNode Schema() =>
        new JsonObject
        {
            ["type"] = new JsonArray("object", "null"),
            ["propertyNames"] = new JsonObject { ["pattern"] = Shape.NamePattern },
            ["additionalProperties"] = Set.Schema(),
        };
}
