using System.Globalization;
using System.Text;

namespace Fabric.Agent.Cli.Client;

/// <summary>A whole HTTP/1.1 answer (RFC 9112, section 2.1).</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The content.</param>
internal readonly record struct HttpAnswer(int Status, byte[] Body)
{
    /// <summary>The request was understood and granted.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Takes apart all bytes of a connection that was closed after one answer; false if they are cut off or no HTTP.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out HttpAnswer answer)
    {
        answer = default;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var lines = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
        // HTTP-version SP status-code SP reason
        var words = lines[0].Split(' ', 3);
        if (
            words.Length < 2
            || !words[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !TryNumber(words[1], NumberStyles.None, out var status)
        )
            return false;
        var body = bytes[(end + 4)..];
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).ToArray();
        if (Find(headers, "Transfer-Encoding") is { } coding)
        {
            if (coding != "chunked" || !TryJoinChunks(body, out var joined))
                return false;
            answer = new HttpAnswer(status, joined);
            return true;
        }
        if (Find(headers, "Content-Length") is { } text)
        {
            if (!TryNumber(text, NumberStyles.None, out var length) || length > body.Length)
                return false;
            body = body[..length];
        }
        answer = new HttpAnswer(status, body.ToArray());
        return true;
    }

    private static string? Find(string[][] headers, string name) =>
        headers.FirstOrDefault(pair => string.Equals(pair[0], name, StringComparison.OrdinalIgnoreCase))?[1].Trim();

    private static bool TryNumber(string text, NumberStyles style, out int number) =>
        int.TryParse(text, style, CultureInfo.InvariantCulture, out number);

    /// <summary>Joins chunks: size in hexadecimal CRLF data CRLF, until a size of 0 (RFC 9112, section 7.1).</summary>
    private static bool TryJoinChunks(ReadOnlySpan<byte> body, out byte[] joined)
    {
        var content = new MemoryStream();
        joined = [];
        while (true)
        {
            var end = body.IndexOf("\r\n"u8);
            if (end < 0 || !TryNumber(Encoding.ASCII.GetString(body[..end]).Split(';')[0], NumberStyles.AllowHexSpecifier, out var size))
                return false;
            body = body[(end + 2)..];
            if (size == 0)
                break;
            if (size < 0 || size + 2 > body.Length)
                return false;
            content.Write(body[..size]);
            body = body[(size + 2)..];
        }
        joined = content.ToArray();
        return true;
    }
}
