namespace Fabric.Packets;

// RFC 792, Message Formats:
//
//    0   1  type
//    1   1  code
//    2   2  checksum over the whole message
//    4   4  by type: echo: 2 identifier, 2 sequence number; redirect: gateway;
//           fragmentation needed: 2 unused, 2 MTU of the next hop (RFC 1191, section 4); else unused
//    8      echo: data; errors: the packet in error, from its IP header on

/// <summary>Constants of ICMP messages.</summary>
public static class Icmp
{
    /// <summary>Bytes before the data.</summary>
    public const int HeaderLength = 8;

    /// <summary>The most bytes of an IPv4 packet that carries an error (RFC 1812, section 4.3.2.3).</summary>
    public const int MaxErrorPacketLength = 576;

    internal const int TypeAt = 0;
    internal const int CodeAt = 1;
    internal const int ChecksumAt = 2;
    internal const int RestAt = 4;
    internal const int IdentifierAt = 4;
    internal const int SequenceAt = 6;
}

/// <summary>The types of ICMP messages.</summary>
public static class IcmpType
{
    public const byte EchoReply = 0;
    public const byte DestinationUnreachable = 3;

    /// <summary>Deprecated (RFC 6633, section 4).</summary>
    public const byte SourceQuench = 4;
    public const byte Redirect = 5;
    public const byte EchoRequest = 8;
    public const byte TimeExceeded = 11;
    public const byte ParameterProblem = 12;

    /// <summary>A message about a packet, which none may be sent about (RFC 1122, section 3.2.2).</summary>
    public static bool IsError(byte type) => type is DestinationUnreachable or SourceQuench or Redirect or TimeExceeded or ParameterProblem;
}

/// <summary>Why a destination is unreachable (RFC 792, Destination Unreachable Message; RFC 1812, section 5.2.7.1).</summary>
public static class IcmpUnreachableCode
{
    public const byte Net = 0;
    public const byte Host = 1;
    public const byte Protocol = 2;
    public const byte Port = 3;
    public const byte FragmentationNeeded = 4;
    public const byte SourceRouteFailed = 5;
    public const byte NetProhibited = 9;
    public const byte HostProhibited = 10;

    /// <summary>By a filter.</summary>
    public const byte AdministrativelyProhibited = 13;
}

/// <summary>A view of an ICMP message.</summary>
public readonly ref struct IcmpView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[Icmp.TypeAt];

    public byte Code => _bytes[Icmp.CodeAt];

    public ushort Checksum => NetworkOrder.U16(_bytes, Icmp.ChecksumAt);

    /// <summary>The four bytes whose meaning depends on the type.</summary>
    public uint Rest => NetworkOrder.U32(_bytes, Icmp.RestAt);

    /// <summary>Of an echo.</summary>
    public ushort Identifier => NetworkOrder.U16(_bytes, Icmp.IdentifierAt);

    /// <summary>Of an echo.</summary>
    public ushort Sequence => NetworkOrder.U16(_bytes, Icmp.SequenceAt);

    public ReadOnlySpan<byte> Message => _bytes;

    /// <summary>The data of an echo, or the packet in error.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Icmp.HeaderLength..];

    /// <param name="message">The payload of an IPv4 packet, without padding.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than a header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out IcmpView view)
    {
        var fits = message.Length >= Icmp.HeaderLength;
        view = fits ? new(message) : default;
        return fits;
    }
}

/// <summary>The start of an ICMP message.</summary>
/// <param name="Type">One of <see cref="IcmpType"/>, or another.</param>
/// <param name="Code">Its meaning depends on the type.</param>
/// <param name="Rest">Four bytes whose meaning depends on the type.</param>
public readonly record struct IcmpHeader(byte Type, byte Code, uint Rest)
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = Icmp.HeaderLength;

    /// <summary>The header of an echo request or reply.</summary>
    public static IcmpHeader Echo(byte type, ushort identifier, ushort sequence) => new(type, 0, (uint)identifier << 16 | sequence);

    /// <summary>The header of "fragmentation needed" (RFC 1191, section 4).</summary>
    public static IcmpHeader FragmentationNeeded(ushort mtu) =>
        new(IcmpType.DestinationUnreachable, IcmpUnreachableCode.FragmentationNeeded, mtu);

    /// <returns>False with <see cref="HeaderFault.Checksum"/> if the message was damaged.</returns>
    public static bool TryParse(IcmpView view, out IcmpHeader header, out HeaderFault fault)
    {
        header = new(view.Type, view.Code, view.Rest);
        fault = Checksum.Of(view.Message) != 0 ? HeaderFault.Checksum : HeaderFault.None;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header before data that are already in place, which the checksum covers.</summary>
    /// <param name="message">Room for the header, then the data, to the end of the packet.</param>
    public void Write(Span<byte> message)
    {
        message[Icmp.TypeAt] = Type;
        message[Icmp.CodeAt] = Code;
        NetworkOrder.Put(message, Icmp.ChecksumAt, (ushort)0);
        NetworkOrder.Put(message, Icmp.RestAt, Rest);
        NetworkOrder.Put(message, Icmp.ChecksumAt, Checksum.Of(message));
    }
}
