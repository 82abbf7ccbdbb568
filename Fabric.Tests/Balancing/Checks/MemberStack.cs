using System.Text;
using Fabric.Addresses;
using Fabric.Balancing.Checks;
using Fabric.Packets;

namespace Fabric.Tests.Balancing.Checks;

/// <summary>The other end of a probe: a station with a service that answers segments and datagrams, as much of TCP as one connection needs.</summary>
internal sealed class MemberStack
{
    public static readonly IpAddress Address = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress Router = IpAddress.Parse("10.0.0.254");

    private uint _next;
    private uint _expected;
    private bool _isOpen;

    /// <summary>Something listens.</summary>
    public bool Listens { get; set; } = true;

    /// <summary>What a request of HTTP is answered with.</summary>
    public string Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    /// <summary>Bytes of the answer in a segment.</summary>
    public int SegmentLength { get; set; } = 536;

    /// <summary>Bytes of a request that it waits for before it answers.</summary>
    public int RequestLength { get; set; } = 1;

    /// <summary>What was asked.</summary>
    public string Request { get; private set; } = "";

    /// <summary>Connections that a reset has ended with the number that is awaited (RFC 9293, section 3.10.7.4).</summary>
    public int Ended { get; private set; }

    /// <summary>Takes a packet; gives the frames that answer it.</summary>
    public List<byte[]> Take(ProbePacket packet)
    {
        var answers = new List<byte[]>();
        if (packet.Tcp is not { } flags)
        {
            if (Listens)
                answers.Add(Datagram(packet));
            else
                answers.Add(Unreachable(packet));
            return answers;
        }
        if ((flags & TcpFlags.Rst) != 0)
        {
            Ended += _isOpen && packet.Sequence == _expected ? 1 : 0;
            _isOpen &= packet.Sequence != _expected;
        }
        else if ((flags & TcpFlags.Syn) != 0)
            answers.Add(Open(packet));
        else if (_isOpen)
            Receive(packet, answers);
        else
            answers.Add(Segment(packet, TcpFlags.Rst, packet.Acknowledgment, 0, []));
        return answers;
    }

    /// <summary>A segment to who asked.</summary>
    public static byte[] Segment(ProbePacket asked, TcpFlags flags, uint sequence, uint acknowledgment, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[2048];
        var length = PacketBuilder.Tcp(frame, To(), new TcpHeader(asked.Port, asked.OwnPort, sequence, acknowledgment, flags), payload);
        return frame[..length];
    }

    private byte[] Open(ProbePacket packet)
    {
        if (!Listens)
            return Segment(packet, TcpFlags.Rst | TcpFlags.Ack, 0, packet.Sequence + 1, []);
        if (!_isOpen || _expected != packet.Sequence + 1)
            (_isOpen, _next, _expected, Request) = (true, 0xffff_fff0, packet.Sequence + 1, "");
        return Segment(packet, TcpFlags.Syn | TcpFlags.Ack, _next, _expected, []);
    }

    private void Receive(ProbePacket packet, List<byte[]> answers)
    {
        if (!packet.Payload.IsEmpty && packet.Sequence == _expected)
        {
            _expected += (uint)packet.Payload.Length;
            Request += Encoding.ASCII.GetString(packet.Payload.Span);
        }
        if (Request.Length < RequestLength)
        {
            if (!packet.Payload.IsEmpty)
                answers.Add(Segment(packet, TcpFlags.Ack, _next + 1, _expected, []));
            return;
        }
        // All of it, as often as it is asked: whoever asks keeps what is in order.
        var answer = Encoding.ASCII.GetBytes(Answer);
        for (var at = 0; at < answer.Length || at == 0; at += SegmentLength)
        {
            var part = answer.AsSpan(at, Math.Min(SegmentLength, answer.Length - at));
            var isLast = at + SegmentLength >= answer.Length;
            answers.Add(Segment(packet, isLast ? TcpFlags.Ack | TcpFlags.Fin : TcpFlags.Ack, _next + 1 + (uint)at, _expected, part));
        }
    }

    private static byte[] Datagram(ProbePacket asked)
    {
        var frame = new byte[2048];
        return frame[..PacketBuilder.Udp(frame, To(), asked.Port, asked.OwnPort, "pong"u8)];
    }

    private static byte[] Unreachable(ProbePacket asked)
    {
        var frame = new byte[2048];
        var error = new byte[2048];
        var length = asked.Write(frame, To().Reversed);
        PacketLayout.TryParse(frame.AsSpan(0, length), out var layout).ShouldBeTrue();
        var header = new IcmpHeader(IcmpType.DestinationUnreachable, 3, 0);
        return error[..PacketBuilder.IcmpError(error, frame.AsSpan(0, length), layout, default, default, Address.AsV4, header)];
    }

    private static PacketAddresses To() => new(default, default, Address, Router);
}
