using System.Runtime.InteropServices;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <summary>What Linux tells beside a frame: an unfinished checksum, and how to cut it. struct virtio_net_hdr.</summary>
/// <remarks>
/// Passed on untouched it lets 64 KiB frames cross at the cost of one. Offsets count from the frame's first byte, so
/// whatever lengthens or shortens the frame's head must go through <see cref="ShiftBy"/>.
/// <code>
/// Virtio 1.2, 5.1.6: u8 flags | u8 gso_type | u16 hdr_len | u16 gso_size | u16 csum_start | u16 csum_offset   (host order)
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public record struct VirtioNetHeader
{
    /// <summary>Size of the header without the count of buffers that virtio 1.0 appends.</summary>
    public const int LengthBytes = 10;

    public VirtioHeaderFlags Flags;
    public SegmentationKind Segmentation;

    /// <summary>Bytes of headers before the payload that is cut; a hint, 0 if not segmented.</summary>
    public ushort HeaderBytes;

    /// <summary>Payload bytes of each segment.</summary>
    public ushort SegmentBytes;

    /// <summary>Where the sum begins.</summary>
    public ushort ChecksumStart;

    /// <summary>Where the checksum is stored, counted from <see cref="ChecksumStart"/>.</summary>
    public ushort ChecksumOffset;

    /// <summary>Whether the checksum is unfinished.</summary>
    public readonly bool NeedsChecksum => (Flags & VirtioHeaderFlags.NeedsChecksum) != 0;

    /// <summary>Whether the frame stands for several.</summary>
    public readonly bool IsSegmented => Segmentation != SegmentationKind.None;

    /// <summary>The length of the longest frame that a frame makes on a wire: its own, or that of what it is cut into.</summary>
    public readonly int WireLengthOf(ReadOnlySpan<byte> frame)
    {
        if (!IsSegmented || !PacketLayout.TryParse(frame, out var layout))
            return frame.Length;
        // The header's own figure is a hint.
        var isTcp = TcpView.TryParse(frame[layout.TransportOffset..], out var tcp) && layout.Transport == TransportKind.Tcp;
        var headerBytes = layout.TransportOffset + (isTcp ? tcp.HeaderLength : Udp.HeaderLength);
        return Math.Min(frame.Length, headerBytes + SegmentBytes);
    }

    /// <summary>Follows a change of length before the transport header: +4 for a VLAN tag pushed, -4 for one popped.</summary>
    public void ShiftBy(int bytes)
    {
        if (NeedsChecksum)
        {
            ChecksumStart = (ushort)(ChecksumStart + bytes);
        }
        if (IsSegmented)
        {
            HeaderBytes = (ushort)(HeaderBytes + bytes);
        }
    }
}
