using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Agent.Description.Writing;

namespace Fabric.Agent.Cli.Output;

/// <summary>Writes data that could be JSON as YAML.</summary>
internal static class YamlData
{
    /// <summary>Writes a map.</summary>
    public static void Write(JsonObject data, TextWriter output) => WriteMap(data, output, "", "");

    private static void WriteMap(JsonObject map, TextWriter output, string first, string indent)
    {
        foreach (var (key, value) in map)
        {
            output.Write($"{first}{YamlText.Name(key)}:");
            WriteValue(value, output, indent);
            first = indent;
        }
    }

    private static void WriteValue(JsonNode? value, TextWriter output, string indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                output.WriteLine();
                WriteMap(map, output, indent + "  ", indent + "  ");
                break;
            case JsonArray { Count: > 0 } list when list.All(item => item is JsonValue):
                output.WriteLine($" {YamlText.Sequence(list.Select(item => Scalar(item!)))}");
                break;
            case JsonArray { Count: > 0 } list:
                output.WriteLine();
                foreach (var item in list)
                    WriteItem(item, output, indent);
                break;
            default:
                output.WriteLine($" {(value is null ? "null" : Scalar(value))}");
                break;
        }
    }

    private static void WriteItem(JsonNode? item, TextWriter output, string indent)
    {
        if (item is JsonObject { Count: > 0 } map)
        {
            WriteMap(map, output, $"{indent}- ", indent + "  ");
            return;
        }
        output.Write($"{indent}-");
        WriteValue(item, output, indent);
    }

    private static string Scalar(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? YamlText.Name(value.GetValue<string>()) : value.ToJsonString();
}
