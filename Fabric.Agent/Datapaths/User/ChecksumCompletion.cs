using System.Buffers.Binary;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Finishes a checksum that the sender left for its device, for consumers that are no device.</summary>
/// <remarks>
/// The field holds the sum of the pseudo header (RFC 9293, section 3.1; RFC 768, Fields), so the sum over everything from
/// the start of the transport header is the whole.
/// </remarks>
public static class ChecksumCompletion
{
    private const int FieldBytes = sizeof(ushort);

    /// <summary>Computes and stores the checksum in place.</summary>
    /// <param name="frame">The whole frame from its Ethernet header.</param>
    /// <param name="header">What came with it; its request is cleared when it was fulfilled.</param>
    public static ChecksumCompletionResult Finish(Span<byte> frame, ref VirtioNetHeader header)
    {
        if (!header.NeedsChecksum)
        {
            return ChecksumCompletionResult.WasFinished;
        }
        if (header.IsSegmented)
        {
            return ChecksumCompletionResult.IsSegmented;
        }
        var field = header.ChecksumStart + header.ChecksumOffset;
        if (field + FieldBytes > frame.Length)
        {
            return ChecksumCompletionResult.OutsideFrame;
        }
        var sum = Checksum.Of(frame[header.ChecksumStart..]);
        // RFC 768, Fields: 0 would mean "no checksum"; in one's complement 0xffff is the same number. TCP does not mind.
        BinaryPrimitives.WriteUInt16BigEndian(frame[field..], sum == 0 ? ushort.MaxValue : sum);
        header = header with { Flags = header.Flags & ~VirtioHeaderFlags.NeedsChecksum, ChecksumStart = 0, ChecksumOffset = 0 };
        return ChecksumCompletionResult.Finished;
    }
}
