using System.Text.Json.Nodes;

namespace Fabric.Agent.Api;

/// <summary>The API as an OpenAPI 3.1 document.</summary>
internal static class ApiDocument
{
    /// <summary>Writes the document.</summary>
    public static JsonObject Build()
    {
        var paths = new JsonObject();
        foreach (var path in ApiCatalog.All.GroupBy(call => call.Path))
            paths[path.Key] = new JsonObject([
                .. path.Select(call => KeyValuePair.Create(call.Method.ToLowerInvariant(), (JsonNode?)Operation(call))),
            ]);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Fabric's agent",
                ["version"] = "1",
                ["description"] = "Spoken on the agent's unix socket, and by `fabric dashboard` at 127.0.0.1 with its token.",
            },
            ["paths"] = paths,
        };
    }

    private static JsonObject Operation(ApiCall call)
    {
        var operation = new JsonObject { ["summary"] = call.Summary };
        if (!call.Parameters.IsEmpty)
            operation["parameters"] = new JsonArray([.. call.Parameters.Select(parameter => (JsonNode)Parameter(parameter))]);
        if (call.Content is { } content)
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { [content] = new JsonObject() },
            };
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "The answer.",
                ["content"] = new JsonObject { [call.Answer] = Schema(call) },
            },
            ["default"] = new JsonObject
            {
                ["description"] = "Why not, in words.",
                ["content"] = new JsonObject { ["text/plain"] = new JsonObject() },
            },
        };
        return operation;
    }

    private static JsonObject Parameter(ApiParameter parameter) =>
        new()
        {
            ["name"] = parameter.Name,
            ["in"] = "query",
            ["required"] = parameter.IsRequired,
            ["description"] = parameter.Summary,
            ["schema"] = new JsonObject { ["type"] = parameter.Type },
        };

    private static JsonObject Schema(ApiCall call)
    {
        if (call.Keys.IsEmpty)
            return [];
        var keys = call.Keys.Select(key => KeyValuePair.Create(key, (JsonNode?)new JsonObject()));
        return new JsonObject
        {
            ["schema"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject([.. keys]),
                ["required"] = new JsonArray([.. call.Keys.Select(key => (JsonNode)key)]),
            },
        };
    }
}
