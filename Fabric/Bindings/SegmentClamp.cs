using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Bindings;

/// <summary>Has the two ends of a TCP connection send segments that fit the tunnel between them.</summary>
/// <remarks>Pure. Each end says by an option of its SYN how long segments to it may be; that is lowered where it is more than the tunnel takes.</remarks>
public static class SegmentClamp
{
    /// <summary>The packet opens a TCP connection or answers one that does: what it announces may have to be lowered, so none of its flows can be kept.</summary>
    /// <param name="key">The packet; observed no further than tells.</param>
    public static bool IsOpening(ObservedKey key) =>
        key.Read(FlowField.EthType) is EtherType.Ipv4 or EtherType.Ipv6
        && key.Matches(FlowField.IpProto, IpProtocol.Tcp, FlowFieldLayout.OnesOf(FlowField.IpProto))
        && key.ReadBits(FlowField.TcpFlags, (ulong)TcpFlags.Syn) != 0;

    /// <summary>Lowers the maximum segment size that an opening packet announces, if it announces more than fits; it is never raised, nor added.</summary>
    /// <remarks>RFC 6691, section 2: the size leaves out headers without options; who has options to send makes the segment shorter by as much.</remarks>
    /// <param name="frame">The frame, changed in place.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="longestFrame">The longest frame that fits, as this one came in.</param>
    /// <returns>It was lowered.</returns>
    public static bool Lower(Span<byte> frame, in PacketLayout layout, int longestFrame)
    {
        var ipHeaderBytes = layout.Network == NetworkKind.Ipv4 ? Ipv4.MinHeaderLength : Ipv6Header.Length;
        var max = longestFrame - layout.NetworkOffset - ipHeaderBytes - Tcp.MinHeaderLength;
        return max is > 0 and <= ushort.MaxValue && PacketEditor.ClampMaxSegmentSize(frame, layout, (ushort)max);
    }
}
