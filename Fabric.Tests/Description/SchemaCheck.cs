using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fabric.Agent.Description;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;

namespace Fabric.Tests.Description;

/// <summary>Holds a text against the published JSON schema, as an editor does: the part of JSON Schema that the schema uses.</summary>
internal static class SchemaCheck
{
    private static readonly JsonObject s_schema = DescriptionSchema.Build();

    /// <summary>Where and why the text does not fit, or null.</summary>
    public static string? WhyNot(string yaml)
    {
        var node = YamlReader.Read(new SourceText("text", yaml), new List<Problem>());
        return WhyNot(Data(node!), s_schema, "");
    }

    /// <summary>Values as an editor sees them: plain numbers and words are no texts.</summary>
    private static JsonNode? Data(YamlNode node) =>
        node switch
        {
            YamlNode.Map map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Data(entry.Value)))),
            YamlNode.List list => new JsonArray([.. list.Items.Select(Data)]),
            YamlNode.Scalar { IsNull: true } => null,
            YamlNode.Scalar { Text: "true" or "false" } scalar => bool.Parse(scalar.Text),
            YamlNode.Scalar scalar when long.TryParse(scalar.Text, out var number) => number,
            YamlNode.Scalar scalar
                when scalar.Text.StartsWith("0x")
                    && long.TryParse(scalar.Text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) => number,
            YamlNode.Scalar scalar => scalar.Text,
            _ => throw new InvalidOperationException(),
        };

    private static string? WhyNot(JsonNode? data, JsonObject schema, string path)
    {
        if (schema["$ref"] is { } reference)
            return WhyNot(data, s_schema["$defs"]![((string)reference!)["#/$defs/".Length..]]!.AsObject(), path);
        if (schema["anyOf"] is JsonArray choices)
            return choices.Any(choice => WhyNot(data, choice!.AsObject(), path) is null) ? null : $"{path} fits no choice";
        if (schema["enum"] is JsonArray words)
            return words.Any(word => word!.ToJsonString() == data?.ToJsonString()) ? null : $"{path} is none of {words.ToJsonString()}";
        if (schema["type"] is { } types && !(types as JsonArray ?? [types.DeepClone()]).Any(type => IsOf(data, (string)type!)))
            return $"{path} is no {types.ToJsonString()}";
        return data switch
        {
            JsonObject map => WhyNotMap(map, schema, path),
            JsonArray list when schema["items"] is JsonObject item => list.Select((value, index) => WhyNot(value, item, $"{path}[{index}]"))
                .FirstOrDefault(why => why is not null),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => WhyNotNumber((long)value, schema, path),
            _ => null,
        };
    }

    private static string? WhyNotMap(JsonObject map, JsonObject schema, string path)
    {
        foreach (var required in schema["required"] as JsonArray ?? [])
        {
            if (!map.ContainsKey((string)required!))
                return $"{path} has no {required}";
        }
        foreach (var (key, value) in map)
        {
            if (schema["propertyNames"]?["pattern"] is { } pattern && !Regex.IsMatch(key, (string)pattern!))
                return $"{path}.{key} is no name";
            var property = schema["properties"]?[key] ?? schema["additionalProperties"];
            if (property is not JsonObject known)
                return $"{path}.{key} is not known";
            if (WhyNot(value, known, $"{path}.{key}") is { } why)
                return why;
        }
        return null;
    }

    private static string? WhyNotNumber(long number, JsonObject schema, string path) =>
        (schema["minimum"] is { } minimum && number < (long)minimum!) || (schema["maximum"] is { } maximum && number > (long)maximum!)
            ? $"{path} is out of range"
            : null;

    private static bool IsOf(JsonNode? data, string type) =>
        type switch
        {
            "null" => data is null,
            "object" => data is JsonObject,
            "array" => data is JsonArray,
            "integer" => data is JsonValue value && value.GetValueKind() == JsonValueKind.Number,
            "string" => data is JsonValue value && value.GetValueKind() == JsonValueKind.String,
            _ => throw new InvalidOperationException(type),
        };
}
