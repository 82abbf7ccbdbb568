using Fabric.Addresses;
using Fabric.Packets;

namespace Fabric.Agent.Lab;

/// <summary>Echo requests and what comes back for them, as bytes.</summary>
/// <remarks>RFC 792, Echo or Echo Reply Message; RFC 4443, section 4.1.</remarks>
internal static class EchoMessages
{
    /// <summary>Writes an echo request; the kernel fills in the checksum of IPv6.</summary>
    public static byte[] Request(IpFamily family, ushort identifier, ushort sequence, ReadOnlySpan<byte> data)
    {
        var message = new byte[IcmpHeader.Length + data.Length];
        data.CopyTo(message.AsSpan(IcmpHeader.Length));
        var type = family == IpFamily.V4 ? IcmpType.EchoRequest : Icmpv6Type.EchoRequest;
        // The two versions differ in the type and in what the checksum covers.
        IcmpHeader.Echo(type, identifier, sequence).Write(message);
        return message;
    }

    /// <summary>Judges what a raw socket received.</summary>
    /// <param name="family">The socket's.</param>
    /// <param name="received">Of IPv4 with the header of IP, of IPv6 without.</param>
    /// <param name="request">What was sent.</param>
    /// <param name="code">The code of an error.</param>
    /// <returns>None if it is no answer to the request.</returns>
    public static EchoAnswerKind Judge(IpFamily family, ReadOnlySpan<byte> received, ReadOnlySpan<byte> request, out byte code)
    {
        code = 0;
        var message = family == IpFamily.V6 ? received : PayloadOf(received);
        // Both versions begin with type, code and checksum, and echoes and errors go on alike.
        if (!IcmpView.TryParse(message, out var view))
            return EchoAnswerKind.None;
        code = view.Code;
        var kind = KindOf(family, view.Type);
        var isOurs = kind switch
        {
            EchoAnswerKind.None => false,
            EchoAnswerKind.Reply => IsReply(message, request),
            EchoAnswerKind.TimeExceeded or EchoAnswerKind.Unreachable => IsRequest(Quoted(family, view.Payload), request),
        };
        return isOurs ? kind : EchoAnswerKind.None;
    }

    /// <summary>A message of the type may be an answer to a request.</summary>
    public static bool IsWanted(IpFamily family, byte type) => KindOf(family, type) != EchoAnswerKind.None;

    private static EchoAnswerKind KindOf(IpFamily family, byte type) =>
        (family, type) switch
        {
            (IpFamily.V4, IcmpType.EchoReply) or (IpFamily.V6, Icmpv6Type.EchoReply) => EchoAnswerKind.Reply,
            (IpFamily.V4, IcmpType.TimeExceeded) or (IpFamily.V6, Icmpv6Type.TimeExceeded) => EchoAnswerKind.TimeExceeded,
            (IpFamily.V4, IcmpType.DestinationUnreachable) or (IpFamily.V6, Icmpv6Type.DestinationUnreachable) =>
                EchoAnswerKind.Unreachable,
            _ => EchoAnswerKind.None,
        };

    /// <summary>The message of ICMP in a packet that an error quotes; requests have no extension headers.</summary>
    private static ReadOnlySpan<byte> Quoted(IpFamily family, ReadOnlySpan<byte> packet) =>
        family == IpFamily.V4 ? PayloadOf(packet)
        : packet.Length > Ipv6.HeaderLength ? packet[Ipv6.HeaderLength..]
        : default;

    private static ReadOnlySpan<byte> PayloadOf(ReadOnlySpan<byte> packet) =>
        Ipv4View.TryParse(packet, out var view) ? view.Payload : default;

    /// <summary>Same identifier, sequence number and data; the type and with it the checksum differ.</summary>
    private static bool IsReply(ReadOnlySpan<byte> message, ReadOnlySpan<byte> request) => message[4..].SequenceEqual(request[4..]);

    /// <summary>An error quotes as much as fits; identifier and sequence number always do.</summary>
    private static bool IsRequest(ReadOnlySpan<byte> quoted, ReadOnlySpan<byte> request) =>
        quoted.Length >= IcmpHeader.Length && quoted[0] == request[0] && quoted[4..8].SequenceEqual(request[4..8]);
}
