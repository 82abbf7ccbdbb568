using System.Diagnostics;
using System.Text;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Balancing.Checks;

/// <summary>One question to a member: a small client of UDP, or of TCP (RFC 9293, section 3.10) and what is said by that.</summary>
/// <remarks>
/// An immutable value, as its talk is unless that is one of TLS; time is an argument, counted from any moment. It sends one packet at a time, again
/// after <see cref="FirstPatience"/> and twice as long each further time, reads no more of an answer than the status, and gives every connection up by
/// a reset, which leaves nothing behind at the member.
/// </remarks>
public sealed record Probe
{
    /// <summary>How long the first packet waits for an answer.</summary>
    public static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(200);

    /// <summary>Bytes that a segment carries: any member takes so many (RFC 9293, section 3.7.1), and its frame is no longer than <see cref="ProbePacket.MaxFrameLength"/>.</summary>
    public const int MaxSegment = 536;

    private HealthCheck Check { get; init; } = null!;
    private ICheckTalk? Talk { get; init; }
    private ushort Port { get; init; }

    // What was said and not acknowledged, and the number of its first byte; before it is accepted, of what follows the SYN.
    private ReadOnlyMemory<byte> Said { get; init; }
    private uint SaidAt { get; init; }

    // The number after the last byte that was sent (SND.NXT).
    private uint SentTo { get; init; }
    private uint Expected { get; init; }
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
    /// <param name="talk">What is said once the member accepts; null where that is all that is asked, and with UDP.</param>
    /// <param name="ownPort">The port to ask from; of <see cref="CheckPorts"/>.</param>
    /// <param name="port">The port to ask.</param>
    /// <param name="sequence">The first sequence number; drawn, so that nobody can answer in the member's place without seeing it.</param>
    /// <param name="now">The time.</param>
    public static Probe Begin(HealthCheck check, ICheckTalk? talk, ushort ownPort, ushort port, uint sequence, TimeSpan now)
    {
        Debug.Assert(CheckPorts.Contains(ownPort), "a port of checks");
        return new Probe
        {
            Check = check,
            Talk = talk,
            OwnPort = ownPort,
            Port = port,
            Said = check.Kind == HealthCheckKind.Udp ? Encoding.UTF8.GetBytes(check.Payload) : default,
            SaidAt = unchecked(sequence + 1),
            SentTo = unchecked(sequence + 1),
            Due = now,
            Deadline = now + TimeSpan.FromMilliseconds(check.TimeoutMilliseconds),
        };
    }

    /// <summary>Nobody asks any more.</summary>
    /// <returns>What ends the connection that the member has, if it has one.</returns>
    public ProbePacket? Leave()
    {
        Talk?.Dispose();
        return Phase == ProbePhase.Asked ? Reset(SentTo) : null;
    }

    /// <summary>Sends what is due, or gives up.</summary>
    public ProbeTurn Tick(TimeSpan now)
    {
        if (Phase == ProbePhase.Ended || now < Due)
            return new ProbeTurn(this);
        if (now >= Deadline)
            return End(CheckResult.NoAnswer, 0, Phase == ProbePhase.Asked ? Reset(SentTo) : null);
        return Ask(now);
    }

    /// <summary>Takes a packet from the member to the port that it was asked from.</summary>
    /// <param name="answer">The packet.</param>
    /// <param name="now">The time.</param>
    public ProbeTurn Take(in ProbeAnswer answer, TimeSpan now)
    {
        if (Phase == ProbePhase.Ended || answer.OwnPort != OwnPort || answer.Port != Port)
            return new ProbeTurn(this);
        if (answer.IsTcp != (Check.Kind != HealthCheckKind.Udp))
            return new ProbeTurn(this);
        if (answer.IsError)
            return Phase == ProbePhase.Opening ? End(CheckResult.Refused) : new ProbeTurn(this);
        if (!answer.IsTcp)
            return End(CheckResult.Good);
        return Phase == ProbePhase.Opening ? TakeOpening(answer, now) : TakeAsked(answer, now);
    }

    private ReadOnlyMemory<byte> Segment => Said[..Math.Min(Said.Length, MaxSegment)];

    /// <summary>RFC 9293, section 3.10.7.3: only what acknowledges our SYN is an answer to it.</summary>
    private ProbeTurn TakeOpening(in ProbeAnswer answer, TimeSpan now)
    {
        var isAcknowledged = (answer.Flags & TcpFlags.Ack) != 0 && answer.Acknowledgment == SaidAt;
        if ((answer.Flags & TcpFlags.Rst) != 0)
            return isAcknowledged ? End(CheckResult.Refused) : new ProbeTurn(this);
        // Of a connection before this one that the member has not forgotten: it is told to.
        if (!isAcknowledged)
            return new ProbeTurn(this, (answer.Flags & TcpFlags.Ack) != 0 ? Reset(answer.Acknowledgment) : null);
        if ((answer.Flags & TcpFlags.Syn) == 0)
            return new ProbeTurn(this);
        if (Talk is null)
            return End(CheckResult.Good, 0, Reset(SentTo));
        var asked = this with { Phase = ProbePhase.Asked, Expected = unchecked(answer.Sequence + 1), Patience = FirstPatience };
        return asked.Say(Talk.Begin(), now);
    }

    private ProbeTurn TakeAsked(in ProbeAnswer answer, TimeSpan now)
    {
        var isReset = (answer.Flags & TcpFlags.Rst) != 0;
        if (isReset)
            return answer.Sequence == Expected ? End(CheckResult.BadAnswer) : new ProbeTurn(this);
        var (next, hasMoved) = Acknowledged(answer);
        var mustSay = hasMoved && next.Said.Length > 0;
        // What was lost before it comes again, and what came before is acknowledged again.
        if (answer.Sequence != Expected)
            return mustSay ? next.Ask(now) : new ProbeTurn(next, next.Acknowledge());
        var isLast = (answer.Flags & TcpFlags.Fin) != 0;
        if (answer.Payload.IsEmpty && !isLast)
            return mustSay ? next.Ask(now) : new ProbeTurn(next);
        next = next with { Expected = unchecked(Expected + (uint)answer.Payload.Length) };
        var turn = next.Talk!.Hear(answer.Payload, isLast);
        // A talk that does not know what to make of an end has no answer.
        return next.Say(isLast && turn.Result is null ? turn with { Result = CheckResult.BadAnswer } : turn, now);
    }

    /// <summary>Goes on after what the member has of what was said; RFC 9293, section 3.10.7.4: SND.UNA &lt; SEG.ACK =&lt; SND.NXT.</summary>
    private (Probe Next, bool HasMoved) Acknowledged(in ProbeAnswer answer)
    {
        var count = unchecked(answer.Acknowledgment - SaidAt);
        if ((answer.Flags & TcpFlags.Ack) == 0 || count == 0 || count > (uint)Segment.Length)
            return (this, false);
        return (this with { Said = Said[(int)count..], SaidAt = answer.Acknowledgment, Patience = FirstPatience }, true);
    }

    /// <summary>Takes what the talk makes of the member's words.</summary>
    private ProbeTurn Say(TalkTurn turn, TimeSpan now)
    {
        if (turn.Result is { } result)
            return End(result, turn.Status, Reset(SentTo));
        // What is under way already goes again in its time only.
        var isWaiting = SentTo != SaidAt;
        var next = this with { Talk = turn.Next, Said = Joined(Said, turn.Say) };
        return next.Said.IsEmpty || isWaiting ? new ProbeTurn(next, next.Acknowledge()) : next.Ask(now);
    }

    /// <summary>Sends what is to be answered, and sends it again if it is not in time.</summary>
    private ProbeTurn Ask(TimeSpan now)
    {
        var due = now + Patience;
        var end = Phase == ProbePhase.Asked ? unchecked(SaidAt + (uint)Segment.Length) : SentTo;
        var next = this with
        {
            Due = due < Deadline ? due : Deadline,
            Patience = Patience * 2,
            SentTo = unchecked((int)(end - SentTo)) > 0 ? end : SentTo,
        };
        return new ProbeTurn(next, next.Question());
    }

    private static ReadOnlyMemory<byte> Joined(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) =>
        one.IsEmpty ? other
        : other.IsEmpty ? one
        : (byte[])[.. one.Span, .. other.Span];

    private ProbeTurn End(CheckResult result, ushort status = 0, ProbePacket? send = null) =>
        new(this with { Phase = ProbePhase.Ended, Due = TimeSpan.MaxValue }, send, result, status);

    /// <summary>What is sent until it is answered.</summary>
    private ProbePacket Question()
    {
        if (Check.Kind == HealthCheckKind.Udp)
            return new ProbePacket(OwnPort, Port, null, 0, 0, Said);
        if (Phase == ProbePhase.Opening)
            return new ProbePacket(OwnPort, Port, TcpFlags.Syn, unchecked(SaidAt - 1), 0, default);
        return Said.IsEmpty ? Acknowledge() : new ProbePacket(OwnPort, Port, TcpFlags.Ack | TcpFlags.Psh, SaidAt, Expected, Segment);
    }

    private ProbePacket Acknowledge() => new(OwnPort, Port, TcpFlags.Ack, SentTo, Expected, default);

    private ProbePacket Reset(uint sequence) => new(OwnPort, Port, TcpFlags.Rst, sequence, 0, default);
}
