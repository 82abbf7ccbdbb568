using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabric.Tests.Cli;

/// <summary>Holds values to the part of JSON Schema that the project's schemas are written in; another word in one is an error.</summary>
internal static class JsonSchemaCheck
{
    /// <summary>What of a value is not as the schema says, each with its place.</summary>
    public static IEnumerable<string> Faults(JsonNode? value, JsonObject schema, string at = "$") =>
        schema.SelectMany(word => Faults(value, word.Key, word.Value!, at));

    private static IEnumerable<string> Faults(JsonNode? value, string word, JsonNode wanted, string at) =>
        word switch
        {
            "const" => JsonNode.DeepEquals(value, wanted) ? [] : [$"{at} is {value?.ToJsonString()} and not {wanted.ToJsonString()}"],
            "type" => TypesOf(wanted).Any(type => IsOf(value, type))
                ? []
                : [$"{at} is {value?.ToJsonString() ?? "null"} and not {wanted.ToJsonString()}"],
            "required" => from key in wanted.AsArray().Select(key => (string)key!)
            where value is JsonObject it && !it.ContainsKey(key)
            select $"{at} has no {key}",
            "properties" => from property in wanted.AsObject()
            where value is JsonObject it && it.ContainsKey(property.Key)
            from fault in Faults(value![property.Key], property.Value!.AsObject(), $"{at}.{property.Key}")
            select fault,
            "items" => (value as JsonArray ?? []).SelectMany((item, i) => Faults(item, wanted.AsObject(), $"{at}[{i}]")),
            _ => throw new ArgumentOutOfRangeException(nameof(word), word, "is not known here"),
        };

    private static IEnumerable<string> TypesOf(JsonNode wanted) =>
        wanted is JsonArray many ? many.Select(type => (string)type!) : [(string)wanted!];

    private static bool IsOf(JsonNode? value, string type) =>
        (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("null", JsonValueKind.Null) => true,
            ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => value!.AsValue().ToJsonString().All(digit => char.IsAsciiDigit(digit) || digit == '-'),
            ("array", JsonValueKind.Array) => true,
            ("object", JsonValueKind.Object) => true,
            _ => false,
        };
}
