using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 4443, section 2.1, Message General Format:
//
//    0   1  type: 0..127 errors, 128..255 information
//    1   1  code
//    2   2  checksum over pseudo header and message
//    4   4  by type: echo: 2 identifier, 2 sequence number; packet too big: MTU; parameter problem: pointer; else unused
//    8      echo: data; errors: the packet in error, from its IPv6 header on

/// <summary>Constants of ICMPv6 messages; those of neighbor discovery are in <see cref="NeighborDiscovery"/>.</summary>
public static class Icmpv6
{
    /// <summary>Bytes before the data.</summary>
    public const int HeaderLength = 8;

    /// <summary>The most bytes of an IPv6 packet that carries an error (RFC 4443, section 2.4 (c)).</summary>
    public const int MaxErrorPacketLength = Ipv6.MinMtu;

    internal const int TypeAt = 0;
    internal const int CodeAt = 1;
    internal const int ChecksumAt = 2;
    internal const int RestAt = 4;
    internal const int IdentifierAt = 4;
    internal const int SequenceAt = 6;
}

/// <summary>The types of ICMPv6 messages (RFC 4443, section 2.1; RFC 4861, section 4; RFC 2710, section 3; RFC 3810, section 5).</summary>
public static class Icmpv6Type
{
    public const byte DestinationUnreachable = 1;
    public const byte PacketTooBig = 2;
    public const byte TimeExceeded = 3;
    public const byte ParameterProblem = 4;
    public const byte EchoRequest = 128;
    public const byte EchoReply = 129;
    public const byte MulticastListenerQuery = 130;
    public const byte MulticastListenerReport = 131;
    public const byte MulticastListenerDone = 132;
    public const byte RouterSolicitation = 133;
    public const byte RouterAdvertisement = 134;
    public const byte NeighborSolicitation = 135;
    public const byte NeighborAdvertisement = 136;
    public const byte Redirect = 137;
    public const byte MulticastListenerReportV2 = 143;

    /// <summary>A message about a packet: the high bit of the type is clear (RFC 4443, section 2.1).</summary>
    public static bool IsError(byte type) => type < 128;
}

/// <summary>Why a destination is unreachable (RFC 4443, section 3.1).</summary>
public static class Icmpv6UnreachableCode
{
    public const byte NoRoute = 0;
    public const byte AdministrativelyProhibited = 1;
    public const byte Address = 3;
    public const byte Port = 4;

    /// <summary>By a route that rejects.</summary>
    public const byte RejectRoute = 6;
}

/// <summary>A view of an ICMPv6 message.</summary>
public readonly ref struct Icmpv6View
{
    private readonly ReadOnlySpan<byte> _bytes;

    private Icmpv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[Icmpv6.TypeAt];

    public byte Code => _bytes[Icmpv6.CodeAt];

    public ushort Checksum => NetworkOrder.U16(_bytes, Icmpv6.ChecksumAt);

    /// <summary>The four bytes whose meaning depends on the type.</summary>
    public uint Rest => NetworkOrder.U32(_bytes, Icmpv6.RestAt);

    /// <summary>Of an echo.</summary>
    public ushort Identifier => NetworkOrder.U16(_bytes, Icmpv6.IdentifierAt);

    /// <summary>Of an echo.</summary>
    public ushort Sequence => NetworkOrder.U16(_bytes, Icmpv6.SequenceAt);

    public ReadOnlySpan<byte> Message => _bytes;

    /// <summary>The data of an echo, or the packet in error.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Icmpv6.HeaderLength..];

    /// <param name="message">What follows the last extension header of an IPv6 packet, without padding.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than a header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out Icmpv6View view)
    {
        var fits = message.Length >= Icmpv6.HeaderLength;
        view = fits ? new(message) : default;
        return fits;
    }
}

/// <summary>The start of an ICMPv6 message.</summary>
/// <param name="Type">One of <see cref="Icmpv6Type"/>, or another.</param>
/// <param name="Code">Its meaning depends on the type.</param>
/// <param name="Rest">Four bytes whose meaning depends on the type.</param>
public readonly record struct Icmpv6Header(byte Type, byte Code, uint Rest)
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = Icmpv6.HeaderLength;

    /// <summary>The header of an echo request or reply.</summary>
    public static Icmpv6Header Echo(byte type, ushort identifier, ushort sequence) => new(type, 0, (uint)identifier << 16 | sequence);

    /// <summary>The header of "packet too big" (RFC 4443, section 3.2).</summary>
    public static Icmpv6Header PacketTooBig(uint mtu) => new(Icmpv6Type.PacketTooBig, 0, mtu);

    /// <summary>Reads the start of a message and checks its checksum.</summary>
    /// <param name="view">The message.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's final destination.</param>
    /// <param name="header">The header.</param>
    /// <param name="fault">Why there is none.</param>
    public static bool TryParse(
        Icmpv6View view,
        Ipv6Address source,
        Ipv6Address destination,
        out Icmpv6Header header,
        out HeaderFault fault
    )
    {
        header = new(view.Type, view.Code, view.Rest);
        fault = ChecksumOf(view.Message, source, destination) != 0 ? HeaderFault.Checksum : HeaderFault.None;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header before data that are already in place, which the checksum covers.</summary>
    /// <param name="message">Room for the header, then the data, to the end of the packet.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's final destination.</param>
    public void Write(Span<byte> message, Ipv6Address source, Ipv6Address destination)
    {
        message[Icmpv6.TypeAt] = Type;
        message[Icmpv6.CodeAt] = Code;
        NetworkOrder.Put(message, Icmpv6.ChecksumAt, (ushort)0);
        NetworkOrder.Put(message, Icmpv6.RestAt, Rest);
        NetworkOrder.Put(message, Icmpv6.ChecksumAt, ChecksumOf(message, source, destination));
    }

    private static ushort ChecksumOf(ReadOnlySpan<byte> message, Ipv6Address source, Ipv6Address destination) =>
        Checksum.Finish(Checksum.Pseudo(source, destination, IpProtocol.Icmpv6, message.Length) + Checksum.Sum(message));
}
