using System.Text.Json.Nodes;

namespace Fabric.Agent.Description.Keys;

/// <summary>How maps of one shape are gathered under a key.</summary>
internal enum Gathering
{
    /// <summary>One map.</summary>
    One,

    /// <summary>A map from names to maps.</summary>
    ByName,

    /// <summary>A list of maps.</summary>
    List,

    /// <summary>A map from names to lists of maps.</summary>
    ListsByName,
}

/// <summary>A map of a shape, or several.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Gathering">How they are gathered.</param>
/// <param name="Plural">What several are called.</param>
internal sealed record ShapeForm(Shape Shape, Gathering Gathering, string Plural) : Form
{
    /// <inheritdoc/>
    public override string Type =>
        Gathering switch
        {
            Gathering.One => $"map, see {Shape.Name}",
            Gathering.ByName => $"map from names to [{Plural}](#{Shape.Name})",
            Gathering.List => $"list of [{Plural}](#{Shape.Name})",
            Gathering.ListsByName => $"map from names to lists of [{Plural}](#{Shape.Name})",
        };

    /// <inheritdoc/>
    public override string Words =>
        Gathering switch
        {
            Gathering.One => "a map",
            Gathering.ByName => $"a map from names to {Plural}",
            Gathering.List => $"a list of {Plural}",
            Gathering.ListsByName => $"a map from names to lists of {Plural}",
        };

    /// <inheritdoc/>
    public override JsonNode Schema() =>
        Gathering switch
        {
            Gathering.One => Reference(),
            Gathering.ByName => ByName(Reference()),
            Gathering.List => List(),
            Gathering.ListsByName => ByName(List()),
        };

    private JsonObject Reference() => new() { ["$ref"] = $"#/$defs/{Shape.Name}" };

    private JsonObject List() => new() { ["type"] = new JsonArray("array", "null"), ["items"] = Reference() };

    private static JsonObject ByName(JsonNode value) =>
        new()
        {
            ["type"] = new JsonArray("object", "null"),
            ["propertyNames"] = new JsonObject { ["pattern"] = Shape.NamePattern },
            ["additionalProperties"] = value,
        };
}
