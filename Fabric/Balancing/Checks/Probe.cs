using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Balancing.Checks;

/// <summary>One question to a member: a small client of TCP, HTTP or UDP (RFC 9293, section 3.10; RFC 9112, section 4).</summary>
/// <remarks>
/// An immutable value; time is an argument, counted from any moment. It sends one packet at a time, again after <see cref="FirstPatience"/> and twice
/// as long each further time, reads no more of an answer than the status, and gives every connection up by a reset, which leaves nothing behind
/// at the member.
/// </remarks>
public sealed record Probe
{
    /// <summary>How long the first packet waits for an answer.</summary>
    public static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(200);

    // "HTTP/1.1 200": what is before the reason, which may be missing.
    private const int StatusLength = 12;

    private HealthCheck Check { get; init; } = null!;
    private ReadOnlyMemory<byte> Request { get; init; }
    private ushort Port { get; init; }
    private uint First { get; init; }
    private uint Expected { get; init; }
    private ImmutableArray<byte> Head { get; init; } = [];
    private TimeSpan Deadline { get; init; }
    private TimeSpan Patience { get; init; } = FirstPatience;

    /// <summary>How far it has come.</summary>
    public ProbePhase Phase { get; private init; }

    /// <summary>The port that it asks from.</summary>
    public ushort OwnPort { get; private init; }

    /// <summary>When it has something to do if no answer comes.</summary>
    public TimeSpan Due { get; private init; }

    /// <summary>A probe that begins; its first packet is that of <see cref="Tick"/>.</summary>
    /// <param name="check">How to ask.</param>
    /// <param name="host">Whom a request of HTTP names.</param>
    /// <param name="ownPort">The port to ask from; of <see cref="CheckPorts"/>.</param>
    /// <param name="port">The port to ask.</param>
    /// <param name="sequence">The first sequence number; drawn, so that nobody can answer in the member's place without seeing it.</param>
    /// <param name="now">The time.</param>
    public static Probe Begin(HealthCheck check, string host, ushort ownPort, ushort port, uint sequence, TimeSpan now)
    {
        Debug.Assert(CheckPorts.Contains(ownPort), "a port of checks");
        return new Probe
        {
            Check = check,
            Request = RequestOf(check, host),
            OwnPort = ownPort,
            Port = port,
            First = sequence,
            Due = now,
            Deadline = now + TimeSpan.FromMilliseconds(check.TimeoutMilliseconds),
        };
    }

    /// <summary>Sends what is due, or gives up.</summary>
    public ProbeTurn Tick(TimeSpan now)
    {
        if (Phase == ProbePhase.Ended || now < Due)
            return new ProbeTurn(this);
        if (now >= Deadline)
            return End(CheckResult.NoAnswer, 0, Phase == ProbePhase.Asked ? Reset(Next) : null);
        var due = now + Patience;
        var next = this with { Due = due < Deadline ? due : Deadline, Patience = Patience * 2 };
        return new ProbeTurn(next, Question());
    }

    /// <summary>Takes a packet from the member to the port that it was asked from.</summary>
    public ProbeTurn Take(in ProbeAnswer answer)
    {
        if (Phase == ProbePhase.Ended || answer.OwnPort != OwnPort || answer.Port != Port)
            return new ProbeTurn(this);
        if (answer.IsTcp != (Check.Kind != HealthCheckKind.Udp))
            return new ProbeTurn(this);
        if (answer.IsError)
            return Phase == ProbePhase.Opening ? End(CheckResult.Refused) : new ProbeTurn(this);
        if (!answer.IsTcp)
            return End(CheckResult.Good);
        return Phase == ProbePhase.Opening ? TakeOpening(answer) : TakeAsked(answer);
    }

    /// <summary>The number of our next byte: behind SYN, and the request once it is sent.</summary>
    private uint Next => unchecked(First + 1 + (Phase == ProbePhase.Asked ? (uint)Request.Length : 0));

    /// <summary>RFC 9293, section 3.10.7.3: only what acknowledges our SYN is an answer to it.</summary>
    private ProbeTurn TakeOpening(in ProbeAnswer answer)
    {
        var isAcknowledged = (answer.Flags & TcpFlags.Ack) != 0 && answer.Acknowledgment == unchecked(First + 1);
        if ((answer.Flags & TcpFlags.Rst) != 0)
            return isAcknowledged ? End(CheckResult.Refused) : new ProbeTurn(this);
        // Of a connection before this one that the member has not forgotten: it is told to.
        if (!isAcknowledged)
            return new ProbeTurn(this, (answer.Flags & TcpFlags.Ack) != 0 ? Reset(answer.Acknowledgment) : null);
        if ((answer.Flags & TcpFlags.Syn) == 0)
            return new ProbeTurn(this);
        if (Check.Kind == HealthCheckKind.Tcp)
            return End(CheckResult.Good, 0, Reset(Next));
        var asked = this with { Phase = ProbePhase.Asked, Expected = unchecked(answer.Sequence + 1), Patience = FirstPatience };
        return new ProbeTurn(asked, asked.Question());
    }

    private ProbeTurn TakeAsked(in ProbeAnswer answer)
    {
        if (answer.Sequence != Expected)
            return new ProbeTurn(this, (answer.Flags & TcpFlags.Rst) == 0 ? Acknowledge() : null);
        if ((answer.Flags & TcpFlags.Rst) != 0)
            return End(CheckResult.BadAnswer);
        var head = Head.AddRange(answer.Payload[..Math.Min(answer.Payload.Length, StatusLength - Head.Length)]);
        var next = this with { Head = head, Expected = unchecked(Expected + (uint)answer.Payload.Length) };
        if (head.Length == StatusLength || (answer.Flags & TcpFlags.Fin) != 0)
            return next.Judge();
        return new ProbeTurn(next, answer.Payload.IsEmpty ? null : next.Acknowledge());
    }

    private ProbeTurn Judge()
    {
        var text = Encoding.ASCII.GetString(Head.AsSpan());
        var isStatus =
            text.Length == StatusLength
            && text.StartsWith("HTTP/1.", StringComparison.Ordinal)
            && text[8] == ' '
            && ushort.TryParse(text.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!isStatus)
            return End(CheckResult.BadAnswer, 0, Reset(Next));
        var status = ushort.Parse(text.AsSpan(9), CultureInfo.InvariantCulture);
        var isGood = status >= Check.Status.First && status <= Check.Status.Last;
        return End(isGood ? CheckResult.Good : CheckResult.BadStatus, status, Reset(Next));
    }

    private ProbeTurn End(CheckResult result, ushort status = 0, ProbePacket? send = null) =>
        new(this with { Phase = ProbePhase.Ended, Due = TimeSpan.MaxValue }, send, result, status);

    /// <summary>What is sent until it is answered.</summary>
    private ProbePacket Question()
    {
        if (Check.Kind == HealthCheckKind.Udp)
            return new ProbePacket(OwnPort, Port, null, 0, 0, Request);
        return Phase == ProbePhase.Opening
            ? new ProbePacket(OwnPort, Port, TcpFlags.Syn, First, 0, default)
            : new ProbePacket(OwnPort, Port, TcpFlags.Ack | TcpFlags.Psh, unchecked(First + 1), Expected, Request);
    }

    private ProbePacket Acknowledge() => new(OwnPort, Port, TcpFlags.Ack, Next, Expected, default);

    private ProbePacket Reset(uint sequence) => new(OwnPort, Port, TcpFlags.Rst, sequence, 0, default);

    private static byte[] RequestOf(HealthCheck check, string host) =>
        check.Kind switch
        {
            HealthCheckKind.Tcp => [],
            HealthCheckKind.Http => Encoding.ASCII.GetBytes(
                $"GET {check.Path} HTTP/1.1\r\nHost: {check.Host ?? host}\r\nUser-Agent: fabric-check\r\nConnection: close\r\n\r\n"
            ),
            HealthCheckKind.Udp => Encoding.UTF8.GetBytes(check.Payload),
        };
}
