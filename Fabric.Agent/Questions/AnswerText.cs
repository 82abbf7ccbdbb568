using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Questions;

/// <summary>An answer as it goes between hosts: JSON, compressed by Brotli.</summary>
internal static class AnswerText
{
    /// <summary>Compresses an answer.</summary>
    public static byte[] Pack(JsonObject answer)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
            brotli.Write(Encoding.UTF8.GetBytes(answer.ToJsonString()));
        return packed.ToArray();
    }

    /// <summary>Reads an answer; null for bytes that are none, or become more than <see cref="HostQuestions.MaxText"/>.</summary>
    public static JsonObject? Unpack(byte[] packed)
    {
        var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
            while (brotli.Read(buffer) is > 0 and var length)
            {
                if (text.Length + length > HostQuestions.MaxText)
                    return null;
                text.Write(buffer, 0, length);
            }
            return JsonNode.Parse(text.GetBuffer().AsSpan(0, (int)text.Length)) as JsonObject;
        }
        catch (Exception wrong) when (wrong is InvalidDataException or InvalidOperationException or JsonException)
        {
            return null;
        }
    }
}
