using Fabric.Balancing.Checks;
using Fabric.Packets;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>A member that speaks TLS, and as much of TCP as one connection over a way that loses packets needs (RFC 9293, section 3.10): what it said it keeps, and says again.</summary>
/// <param name="server">What it serves.</param>
/// <param name="random">Draws where it cuts what it says into segments, anew each time.</param>
internal sealed class TlsMember(TlsServer server, Random random)
{
    private const uint First = 0xffff_fff0;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private readonly List<byte> _said = [];
    private ProbePacket _asked;
    private uint _saidAt = First + 1;
    private uint _expected;
    private bool _isLast;

    /// <summary>The connection is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>When it says again what is not acknowledged.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Takes a packet; gives the frames that answer it.</summary>
    public List<byte[]> Take(ProbePacket packet, TimeSpan now)
    {
        var flags = packet.Tcp.ShouldNotBeNull();
        if ((flags & TcpFlags.Rst) != 0)
            IsOpen &= packet.Sequence != _expected;
        else if ((flags & TcpFlags.Syn) != 0)
            return [Open(packet)];
        else if (IsOpen)
            return Receive(packet, now);
        return [];
    }

    /// <summary>Says again what is due.</summary>
    public List<byte[]> Tick(TimeSpan now) => IsOpen && now >= Due ? Say(now) : [];

    private byte[] Open(ProbePacket packet)
    {
        if (!IsOpen && _expected == 0)
            (IsOpen, _expected) = (true, packet.Sequence + 1);
        return MemberStack.Segment(packet, TcpFlags.Syn | TcpFlags.Ack, First, _expected, []);
    }

    private List<byte[]> Receive(ProbePacket packet, TimeSpan now)
    {
        _asked = packet;
        var acknowledged = packet.Acknowledgment - _saidAt;
        if (acknowledged <= (uint)_said.Count)
        {
            _said.RemoveRange(0, (int)acknowledged);
            _saidAt = packet.Acknowledgment;
        }
        if (packet.Payload.IsEmpty || packet.Sequence != _expected || _isLast)
            return packet.Payload.IsEmpty ? [] : Say(now);
        _expected += (uint)packet.Payload.Length;
        (var answer, _isLast) = server.Take(packet.Payload.Span);
        _said.AddRange(answer.Span);
        return Say(now);
    }

    /// <summary>All that is not acknowledged, and that what came has come.</summary>
    private List<byte[]> Say(TimeSpan now)
    {
        var segments = new List<byte[]>();
        Due = _said.Count > 0 || _isLast ? now + s_patience : TimeSpan.MaxValue;
        for (var at = 0; at < _said.Count || at == 0; )
        {
            var length = Math.Min(1 + random.Next(ProbePacket.Window), _said.Count - at);
            var flags = _isLast && at + length == _said.Count ? TcpFlags.Ack | TcpFlags.Fin : TcpFlags.Ack;
            segments.Add(MemberStack.Segment(_asked, flags, _saidAt + (uint)at, _expected, _said.GetRange(at, length).ToArray()));
            at += Math.Max(length, 1);
        }
        return segments;
    }
}
