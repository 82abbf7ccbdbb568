using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Agent.Upcalls;

/// <summary>Sends frames as a simulation left them: those whose bytes it made anew with what their sender left to be done, and cut where they are to be.</summary>
/// <remarks>Owned by one upcall thread.</remarks>
public sealed class TranslatedFrames
{
    /// <summary>Beside a kind of TCP: the segments tell of congestion (virtio, section 5.1.6, VIRTIO_NET_HDR_GSO_ECN).</summary>
    private const SegmentationKind Congestion = (SegmentationKind)0x80;

    private readonly Buffer<byte> _fragment = new(Ipv6.MinMtu * 2);

    /// <summary>Queues a decided frame.</summary>
    /// <param name="datapath">Where to.</param>
    /// <param name="decided">The simulation.</param>
    /// <param name="frame">The frame that it was of.</param>
    /// <param name="offload">What the sender of that left to be done.</param>
    /// <param name="actions">What is to be done with the frame.</param>
    public void Execute(
        IDatapath datapath,
        SimulationScratch decided,
        ReadOnlySpan<byte> frame,
        VirtioNetHeader offload,
        ReadOnlySpan<FlowAction> actions
    )
    {
        var made = decided.Translated.Span;
        if (made.IsEmpty)
        {
            datapath.Execute(frame, offload, actions);
            return;
        }
        if (decided.Cut is not { } cut || offload.IsSegmented)
        {
            datapath.Execute(made, OffloadOf(made, frame, offload), actions);
            return;
        }
        var packet = made[cut.NetworkOffset..];
        var count = Ipv6Fragments.CountOf(packet);
        for (var number = 0; number < count; number++)
        {
            _fragment.Clear();
            var fragment = _fragment.Reserve(cut.NetworkOffset + Ipv6.MinMtu);
            made[..cut.NetworkOffset].CopyTo(fragment);
            var length = cut.NetworkOffset + Ipv6Fragments.Write(packet, number, cut.Identification, fragment[cut.NetworkOffset..]);
            datapath.Execute(fragment[..length], default, actions);
        }
    }

    /// <summary>What is left to be done of a frame whose headers may be of another length now, and of the other IP version. Of ICMP nothing is: its checksum is made here.</summary>
    private static VirtioNetHeader OffloadOf(ReadOnlySpan<byte> made, ReadOnlySpan<byte> frame, VirtioNetHeader offload)
    {
        if (!PacketLayout.TryParse(made, out var now) || !PacketLayout.TryParse(frame, out var before))
            return default;
        if (now.Transport is not (TransportKind.Tcp or TransportKind.Udp))
            return default;
        offload.ShiftBy(now.TransportOffset - before.TransportOffset);
        if ((offload.Segmentation & ~Congestion) is SegmentationKind.TcpOverIpv4 or SegmentationKind.TcpOverIpv6)
        {
            var kind = now.Network == NetworkKind.Ipv4 ? SegmentationKind.TcpOverIpv4 : SegmentationKind.TcpOverIpv6;
            offload.Segmentation = kind | offload.Segmentation & Congestion;
        }
        return offload;
    }
}
