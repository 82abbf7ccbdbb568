using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Output;

/// <summary>What `-o json` of a listing is, as JSON Schema (draft 2020-12) tells it.</summary>
internal static class ListingSchema
{
    /// <summary>The document for programs: a definition for each command line.</summary>
    public static JsonObject Document(IEnumerable<KeyValuePair<string, Listing>> listings)
    {
        var definitions = new JsonObject();
        foreach (var (line, form) in listings)
            definitions[line] = Of(form);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "What fabric COMMAND -o json writes",
            ["description"] =
                "Each definition is named by the command line; `top` alone is `top ports`. With --watch each line is one item by itself. Keys may be added in the same version; none is taken away and none changes its type.",
            ["$defs"] = definitions,
        };
    }

    /// <summary>The schema of one.</summary>
    public static JsonObject Of(Listing form)
    {
        var properties = new JsonObject();
        foreach (var column in form.Columns)
            properties[column.Name] = TypeOf(column.Kind);
        var item = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray([.. form.Columns.Select(column => (JsonNode)column.Name)]),
            ["properties"] = properties,
        };
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("version", "kind", "items"),
            ["properties"] = new JsonObject
            {
                ["version"] = new JsonObject { ["const"] = 1 },
                ["kind"] = new JsonObject { ["const"] = form.Kind },
                ["items"] = new JsonObject { ["type"] = "array", ["items"] = item },
            },
        };
    }

    private static JsonObject TypeOf(ColumnKind kind)
    {
        var type = kind switch
        {
            ColumnKind.Integer => "integer",
            ColumnKind.Number => "number",
            ColumnKind.Truth => "boolean",
            ColumnKind.Texts or ColumnKind.Data => "array",
            ColumnKind.Text => "string",
        };
        var told = new JsonObject { ["type"] = new JsonArray(type, "null") };
        if (type == "array")
            told["items"] = new JsonObject { ["type"] = kind == ColumnKind.Texts ? "string" : "object" };
        return told;
    }
}
