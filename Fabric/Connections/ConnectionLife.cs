using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>How connections begin and end, by what was seen of them (RFC 9293, section 3.3.2, from outside).</summary>
/// <remarks>
/// The phase follows from all that each side was seen to send and not from its order: most packets are forwarded without being looked at,
/// and of those the datapath tells the flags together. So the same statistics read twice, or late, lead to the same phase.
/// </remarks>
public static class ConnectionLife
{
    /// <summary>The TCP flags that tell phases apart: what is to be kept of those seen.</summary>
    public const TcpFlags Kept = TcpFlags.Fin | TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack;

    /// <summary>The phase of a connection.</summary>
    /// <param name="protocol">Its IP protocol.</param>
    /// <param name="isAnswered">A packet of the return direction was seen.</param>
    /// <param name="forward">All TCP flags seen in the forward direction.</param>
    /// <param name="back">All TCP flags seen in the return direction.</param>
    public static ConnectionPhase PhaseOf(byte protocol, bool isAnswered, TcpFlags forward, TcpFlags back)
    {
        if (protocol != IpProtocol.Tcp)
            return isAnswered ? ConnectionPhase.Established : ConnectionPhase.Opening;
        var both = forward | back;
        if ((both & TcpFlags.Rst) != 0 || (forward & back & TcpFlags.Fin) != 0)
            return ConnectionPhase.Closed;
        if (!isAnswered)
            return ConnectionPhase.Opening;
        if ((both & TcpFlags.Fin) != 0)
            return ConnectionPhase.Closing;
        return (forward & TcpFlags.Ack) != 0 ? ConnectionPhase.Established : ConnectionPhase.Answered;
    }

    /// <summary>A segment of no known connection begins one: it synchronizes and does nothing else (RFC 9293, section 3.5).</summary>
    public static bool Begins(TcpFlags flags) => (flags & Kept) == TcpFlags.Syn;

    /// <summary>A segment may close its connection, after which a beginning is told from others.</summary>
    public static bool MayClose(TcpFlags flags) => (flags & (TcpFlags.Fin | TcpFlags.Rst)) != 0;

    /// <summary>A connection is not established yet.</summary>
    public static bool IsHalfOpen(ConnectionPhase phase) => phase is ConnectionPhase.Opening or ConnectionPhase.Answered;

    /// <summary>Nothing would be lost if the connection were forgotten to make room: it was not established yet, or is not any more.</summary>
    public static bool MayGiveWay(ConnectionPhase phase) => IsHalfOpen(phase) || phase == ConnectionPhase.Closed;
}
