using System.Diagnostics;
using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 768, Format:
//
//    0   2  source port: 0 if no answer is expected
//    2   2  destination port
//    4   2  length of header and data, 8 or more
//    6   2  checksum over pseudo header, header and data; over IPv4, 0 says there is none
//    8      data

/// <summary>Constants of UDP headers.</summary>
public static class Udp
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 8;

    internal const int SourcePortAt = 0;
    internal const int DestinationPortAt = 2;
    internal const int LengthAt = 4;
    internal const int ChecksumAt = 6;

    /// <summary>What is sent for a computed checksum: zero is sent as all ones (RFC 768, Fields).</summary>
    internal static ushort Sent(ushort checksum) => checksum == 0 ? ushort.MaxValue : checksum;
}

/// <summary>A view of a UDP datagram.</summary>
public readonly ref struct UdpView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private UdpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => NetworkOrder.U16(_bytes, Udp.SourcePortAt);

    public ushort DestinationPort => NetworkOrder.U16(_bytes, Udp.DestinationPortAt);

    /// <summary>What the header says, in bytes.</summary>
    public ushort Length => NetworkOrder.U16(_bytes, Udp.LengthAt);

    public ushort Checksum => NetworkOrder.U16(_bytes, Udp.ChecksumAt);

    /// <summary>Header and data, to where the length or else the bytes at hand end.</summary>
    public ReadOnlySpan<byte> Datagram => _bytes[..Math.Clamp(Length, Udp.HeaderLength, _bytes.Length)];

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => Datagram[Udp.HeaderLength..];

    /// <returns>False if the bytes are shorter than a header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out UdpView view)
    {
        var fits = datagram.Length >= Udp.HeaderLength;
        view = fits ? new(datagram) : default;
        return fits;
    }
}

/// <summary>A UDP header.</summary>
/// <param name="SourcePort">0 if no answer is expected.</param>
/// <param name="DestinationPort">The receiver.</param>
/// <param name="PayloadLength">Bytes of data.</param>
public readonly record struct UdpHeader(ushort SourcePort, ushort DestinationPort, int PayloadLength)
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = Udp.HeaderLength;

    /// <summary>Allowed to be false over IPv4, and in IPv6 tunnels (RFC 6935, section 5); true unless said.</summary>
    public bool HasChecksum { get; init; } = true;

    /// <summary>Reads the header of a whole datagram and checks its checksum, if there is one.</summary>
    /// <param name="view">The datagram.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's final destination.</param>
    /// <param name="header">The header.</param>
    /// <param name="fault">Why there is none.</param>
    public static bool TryParse(UdpView view, IpAddress source, IpAddress destination, out UdpHeader header, out HeaderFault fault)
    {
        header = new(view.SourcePort, view.DestinationPort, view.Payload.Length) { HasChecksum = view.Checksum != 0 };
        fault = HeaderFault.None;
        if (view.Length != view.Datagram.Length)
            fault = HeaderFault.Length;
        else if (header.HasChecksum && ChecksumOf(view.Datagram, source, destination) != 0)
            fault = HeaderFault.Checksum;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header before data that are already in place, which the checksum covers.</summary>
    /// <param name="datagram">Room for the header, then the data.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's final destination.</param>
    public void Write(Span<byte> datagram, IpAddress source, IpAddress destination)
    {
        var length = Length + PayloadLength;
        Debug.Assert(length <= ushort.MaxValue, "more than a datagram holds");
        NetworkOrder.Put(datagram, Udp.SourcePortAt, SourcePort);
        NetworkOrder.Put(datagram, Udp.DestinationPortAt, DestinationPort);
        NetworkOrder.Put(datagram, Udp.LengthAt, (ushort)length);
        NetworkOrder.Put(datagram, Udp.ChecksumAt, (ushort)0);
        if (HasChecksum)
            NetworkOrder.Put(datagram, Udp.ChecksumAt, Udp.Sent(ChecksumOf(datagram[..length], source, destination)));
    }

    private static ushort ChecksumOf(ReadOnlySpan<byte> datagram, IpAddress source, IpAddress destination) =>
        Checksum.Finish(Checksum.Pseudo(source, destination, IpProtocol.Udp, datagram.Length) + Checksum.Sum(datagram));
}
