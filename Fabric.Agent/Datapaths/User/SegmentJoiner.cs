using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Puts segments of a TCP connection that came together into one long frame, which a station's kernel takes at the cost of one.</summary>
/// <remarks>What may be joined is <see cref="TcpRun"/>'s to say. Joins to the last frame of a batch; one thread's.</remarks>
internal sealed class SegmentJoiner
{
    // Tcp, Layout: the checksum's place in the TCP header.
    private const ushort ChecksumOffset = 16;

    private TcpRun _run;

    /// <summary>There is something that others may be joined to.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The last frame of a batch is the first that others may be joined to.</summary>
    public void Begin(FrameBatch batch) => IsOpen = TcpRun.TryBegin(batch.Frame(batch.Count - 1), out _run);

    /// <summary>Joins a segment to the last frame of the batch.</summary>
    /// <returns>False, and nothing is changed, if it does not follow it.</returns>
    public bool TryJoin(FrameBatch batch, ReadOnlySpan<byte> segment)
    {
        if (!IsOpen)
            return false;
        var index = batch.Count - 1;
        // A run is never longer than IP can say, for which a batch has room.
        return _run.TryFollow(batch.Frame(index), segment) && batch.TryAppend(index, segment[_run.HeaderBytes..]);
    }

    /// <summary>Makes the last frame what was joined; nothing is joined to it any more.</summary>
    public void End(FrameBatch batch)
    {
        if (IsOpen && _run.Count > 1)
        {
            var index = batch.Count - 1;
            var frame = batch.Frame(index);
            _run.Finish(frame);
            batch.Header(index) = new VirtioNetHeader
            {
                Flags = VirtioHeaderFlags.NeedsChecksum,
                Segmentation = _run.IsIpv6 ? SegmentationKind.TcpOverIpv6 : SegmentationKind.TcpOverIpv4,
                HeaderBytes = (ushort)_run.HeaderBytes,
                SegmentBytes = (ushort)_run.SegmentBytes,
                ChecksumStart = (ushort)_run.TransportOffset,
                ChecksumOffset = ChecksumOffset,
            };
        }
        IsOpen = false;
    }
}
