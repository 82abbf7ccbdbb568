using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Balancing.Checks;

/// <summary>One request of HTTP and the status of its answer (RFC 9112, section 4). An immutable value.</summary>
/// <param name="Request">What is said.</param>
/// <param name="Status">The statuses that are good.</param>
public sealed record HttpTalk(ReadOnlyMemory<byte> Request, PortRange Status) : ICheckTalk
{
    // "HTTP/1.1 200": what is before the reason, which may be missing.
    private const int StatusLength = 12;

    private ImmutableArray<byte> Head { get; init; } = [];

    /// <summary>The talk of a check.</summary>
    /// <param name="check">What is asked for, and which statuses are good.</param>
    /// <param name="host">Whom the request names if the check names nobody.</param>
    public static HttpTalk Of(HealthCheck check, string host)
    {
        var request = $"GET {check.Path} HTTP/1.1\r\nHost: {check.Host ?? host}\r\nUser-Agent: fabric-check\r\nConnection: close\r\n\r\n";
        return new HttpTalk(Encoding.ASCII.GetBytes(request), check.Status);
    }

    /// <inheritdoc/>
    public TalkTurn Begin() => new(this, Request);

    /// <inheritdoc/>
    public TalkTurn Hear(ReadOnlySpan<byte> said, bool isLast)
    {
        var head = Head.AddRange(said[..Math.Min(said.Length, StatusLength - Head.Length)]);
        var next = this with { Head = head };
        return head.Length == StatusLength || isLast ? next.Judge() : new TalkTurn(next);
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private TalkTurn Judge()
    {
        var text = Encoding.ASCII.GetString(Head.AsSpan());
        var isStatus = text.Length == StatusLength && text.StartsWith("HTTP/1.", StringComparison.Ordinal) && text[8] == ' ';
        if (!isStatus || !ushort.TryParse(text.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            return new TalkTurn(this, default, CheckResult.BadAnswer);
        var isGood = status >= Status.First && status <= Status.Last;
        return new TalkTurn(this, default, isGood ? CheckResult.Good : CheckResult.BadStatus, status);
    }
}
