using System.Text.Json.Nodes;
using Fabric.Agent.Description.Keys;

namespace Fabric.Agent.Description;

/// <summary>fabric.yaml as JSON Schema (draft 2020-12), for editors: made of the same keys that the parser reads by.</summary>
/// <remarks>The parser says more: whether names exist, addresses are addresses, and keys go together.</remarks>
public static class DescriptionSchema
{
    /// <summary>The schema.</summary>
    public static JsonObject Build()
    {
        var definitions = new JsonObject();
        foreach (var shape in ShapeText.All)
            definitions[shape.Name] = Define(shape);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "fabric.yaml, version 1",
            ["$ref"] = $"#/$defs/{RootShape.Shape.Name}",
            ["$defs"] = definitions,
        };
    }

    private static JsonObject Define(Shape shape)
    {
        var properties = new JsonObject();
        foreach (var key in shape.Keys)
        {
            var property = key.Form.Schema().AsObject();
            property["description"] = key.IsRequired ? key.Text : $"{key.Text} Default: {key.Default}.";
            properties[key.Name] = property;
        }
        var required = shape.Keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name).ToArray();
        var definition = new JsonObject { ["description"] = shape.Text };
        // A map without required keys may be left empty, which is null to JSON.
        definition["type"] = required.Length > 0 ? "object" : new JsonArray("object", "null");
        definition["properties"] = properties;
        if (required.Length > 0)
            definition["required"] = new JsonArray(required);
        definition["additionalProperties"] = false;
        return definition;
    }
}
