using System.Diagnostics;
using Fabric.Addresses;

namespace Fabric.Packets;

// RFC 9293, section 3.1, Header Format:
//
//    0   2  source port
//    2   2  destination port
//    4   4  sequence number
//    8   4  acknowledgment number
//   12   4b data offset: header length in 32-bit words, 5..15
//        4b reserved; the last is AE (RFC 9768, section 3.1)
//        8b control bits CWR ECE URG ACK PSH RST SYN FIN
//   14   2  window
//   16   2  checksum over pseudo header, header and data
//   18   2  urgent pointer
//   20      options and padding

/// <summary>The control bits of a TCP header.</summary>
[Flags]
public enum TcpFlags : ushort
{
    None = 0,
    Fin = 0x001,
    Syn = 0x002,
    Rst = 0x004,
    Psh = 0x008,
    Ack = 0x010,
    Urg = 0x020,
    Ece = 0x040,
    Cwr = 0x080,
    Ae = 0x100,

    /// <summary>All that a standard has named.</summary>
    Known = 0x1ff,

    /// <summary>With the three that remain reserved: what Open vSwitch matches.</summary>
    All = 0xfff,
}

/// <summary>Constants of TCP headers, and the search for an option.</summary>
public static class Tcp
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinHeaderLength = 20;

    /// <summary>The option that announces the largest segment, sent with SYN (RFC 9293, section 3.7.1).</summary>
    public const byte MaxSegmentSizeKind = 2;

    internal const int SourcePortAt = 0;
    internal const int DestinationPortAt = 2;
    internal const int SequenceAt = 4;
    internal const int AcknowledgmentAt = 8;
    internal const int FlagsAt = 12;
    internal const int WindowAt = 14;
    internal const int ChecksumAt = 16;
    internal const int UrgentAt = 18;

    /// <summary>Finds where the maximum segment size stands.</summary>
    /// <param name="segment">A segment that starts with a whole header, as a view proves.</param>
    /// <param name="at">The offset of its two bytes from the segment's start; it may be odd.</param>
    public static bool TryFindMaxSegmentSize(ReadOnlySpan<byte> segment, out int at)
    {
        at = 0;
        if (!TcpView.TryParse(segment, out var view))
            return false;
        var options = new OptionReader(view.Options);
        while (options.TryNext(out var kind, out var value))
        {
            if (kind != MaxSegmentSizeKind || value.Length != 2)
                continue;
            segment.Overlaps(value, out at);
            return true;
        }
        return false;
    }

    internal static int HeaderLengthOf(ReadOnlySpan<byte> segment) => (segment[FlagsAt] >> 4) * 4;

    internal static TcpFlags FlagsOf(ReadOnlySpan<byte> segment) => (TcpFlags)(NetworkOrder.U16(segment, FlagsAt) & (ushort)TcpFlags.All);
}

/// <summary>A view of a TCP segment.</summary>
public readonly ref struct TcpView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private TcpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => NetworkOrder.U16(_bytes, Tcp.SourcePortAt);

    public ushort DestinationPort => NetworkOrder.U16(_bytes, Tcp.DestinationPortAt);

    public uint Sequence => NetworkOrder.U32(_bytes, Tcp.SequenceAt);

    public uint Acknowledgment => NetworkOrder.U32(_bytes, Tcp.AcknowledgmentAt);

    /// <summary>Bytes of the header, options included: 20, 24, ... 60.</summary>
    public int HeaderLength => Tcp.HeaderLengthOf(_bytes);

    /// <summary>Twelve bits, reserved ones included.</summary>
    public TcpFlags Flags => Tcp.FlagsOf(_bytes);

    public ushort Window => NetworkOrder.U16(_bytes, Tcp.WindowAt);

    public ushort Checksum => NetworkOrder.U16(_bytes, Tcp.ChecksumAt);

    public ushort Urgent => NetworkOrder.U16(_bytes, Tcp.UrgentAt);

    /// <summary>Options and padding: <see cref="OptionReader"/> takes them apart.</summary>
    public ReadOnlySpan<byte> Options => _bytes[Tcp.MinHeaderLength..HeaderLength];

    public ReadOnlySpan<byte> Segment => _bytes;

    public ReadOnlySpan<byte> Payload => _bytes[HeaderLength..];

    /// <param name="segment">The payload of an IP packet, without padding.</param>
    /// <param name="view">The view.</param>
    /// <returns>False if the bytes are shorter than the header says, or this says less than 20.</returns>
    public static bool TryParse(ReadOnlySpan<byte> segment, out TcpView view)
    {
        var fits =
            segment.Length >= Tcp.MinHeaderLength
            && Tcp.HeaderLengthOf(segment) >= Tcp.MinHeaderLength
            && Tcp.HeaderLengthOf(segment) <= segment.Length;
        view = fits ? new(segment) : default;
        return fits;
    }
}

/// <summary>A TCP header.</summary>
/// <param name="SourcePort">The sender.</param>
/// <param name="DestinationPort">The receiver.</param>
/// <param name="Sequence">The number of the first byte, or of SYN.</param>
/// <param name="Acknowledgment">The next number expected, with ACK.</param>
/// <param name="Flags">Within <see cref="TcpFlags.Known"/>.</param>
public readonly record struct TcpHeader(ushort SourcePort, ushort DestinationPort, uint Sequence, uint Acknowledgment, TcpFlags Flags)
{
    public ushort Window { get; init; }

    public ushort Urgent { get; init; }

    public HeaderOptions Options { get; init; }

    /// <summary>Bytes of the header.</summary>
    public int Length => Tcp.MinHeaderLength + Options.Length;

    /// <summary>Reads the header of a whole segment and checks its checksum.</summary>
    /// <param name="view">The segment.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's final destination.</param>
    /// <param name="header">The header.</param>
    /// <param name="fault">Why there is none.</param>
    public static bool TryParse(TcpView view, IpAddress source, IpAddress destination, out TcpHeader header, out HeaderFault fault)
    {
        header = new(view.SourcePort, view.DestinationPort, view.Sequence, view.Acknowledgment, view.Flags)
        {
            Window = view.Window,
            Urgent = view.Urgent,
            Options = new HeaderOptions(view.Options),
        };
        fault = HeaderFault.None;
        if (ChecksumOf(view.Segment, source, destination) != 0)
            fault = HeaderFault.Checksum;
        else if ((view.Flags & ~TcpFlags.Known) != 0)
            fault = HeaderFault.Reserved;
        return fault == HeaderFault.None;
    }

    /// <summary>Writes the header before data that are already in place, which the checksum covers.</summary>
    /// <param name="segment">Room for the header, then the data, to the end of the packet.</param>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">The packet's final destination.</param>
    public void Write(Span<byte> segment, IpAddress source, IpAddress destination)
    {
        Debug.Assert((Flags & ~TcpFlags.Known) == 0, "reserved bits are sent as zero");
        NetworkOrder.Put(segment, Tcp.SourcePortAt, SourcePort);
        NetworkOrder.Put(segment, Tcp.DestinationPortAt, DestinationPort);
        NetworkOrder.Put(segment, Tcp.SequenceAt, Sequence);
        NetworkOrder.Put(segment, Tcp.AcknowledgmentAt, Acknowledgment);
        NetworkOrder.Put(segment, Tcp.FlagsAt, (ushort)(Length / 4 << 12 | (ushort)Flags));
        NetworkOrder.Put(segment, Tcp.WindowAt, Window);
        NetworkOrder.Put(segment, Tcp.ChecksumAt, (ushort)0);
        NetworkOrder.Put(segment, Tcp.UrgentAt, Urgent);
        Options.Write(segment[Tcp.MinHeaderLength..]);
        NetworkOrder.Put(segment, Tcp.ChecksumAt, ChecksumOf(segment, source, destination));
    }

    private static ushort ChecksumOf(ReadOnlySpan<byte> segment, IpAddress source, IpAddress destination) =>
        Checksum.Finish(Checksum.Pseudo(source, destination, IpProtocol.Tcp, segment.Length) + Checksum.Sum(segment));
}
