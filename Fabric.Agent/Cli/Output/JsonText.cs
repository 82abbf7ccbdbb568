using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Output;

/// <summary>Writes JSON for terminals and files: no characters are escaped that need not be.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Several lines.</summary>
    public static string Format(JsonNode data) => Text(data, Indented);

    /// <summary>One line.</summary>
    public static string Line(JsonNode data) => Text(data, Compact);

    /// <summary>One line in UTF-8.</summary>
    public static byte[] Bytes(JsonNode data)
    {
        using var stream = Write(data, Compact);
        return stream.ToArray();
    }

    private static string Text(JsonNode data, JsonWriterOptions options)
    {
        using var stream = Write(data, options);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static MemoryStream Write(JsonNode data, JsonWriterOptions options)
    {
        var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, options))
            data.WriteTo(writer);
        return stream;
    }
}
