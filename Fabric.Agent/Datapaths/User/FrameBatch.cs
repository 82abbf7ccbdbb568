using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Up to 64 frames with their headers, in memory that the kernel fills and empties without a copy of ours.</summary>
/// <remarks>
/// Received into, changed in place and sent from the same bytes. Each frame has free space in front, so that pushing a
/// VLAN tag moves twelve bytes and nothing else. One owner and one thread at a time; a frame that is queued for sending
/// must not change until the queue is flushed. About 4.5 MB of address space, of which only what frames touch is used.
/// <code>
///   slot:  | headroom 64 | frame, up to 69 760 bytes |        headers and vectors lie apart
/// </code>
/// </remarks>
public sealed unsafe partial class FrameBatch : IDisposable
{
    /// <summary>The most frames of one batch, and of one system call.</summary>
    public const int Capacity = 64;

    /// <summary>Free bytes in front of a received frame: sixteen VLAN tags.</summary>
    public const int HeadroomBytes = 64;

    /// <summary>The longest frame: an IPv6 packet of the largest length field, Ethernet header and tags, rounded up.</summary>
    public const int MaxFrameBytes = SlotBytes - HeadroomBytes;

    // A multiple of the page would put the first line of every slot into the same set of the processor's cache, which
    // holds far fewer than 64 of them. The three lines more make the slots begin in different sets.
    private const int SlotBytes = 17 * 4096 + 3 * 64;
    private const int PageBytes = 4096;
    private const int TagAt = 12;

    private readonly byte* _memory;
    private readonly int[] _starts = new int[Capacity];
    private readonly int[] _lengths = new int[Capacity];
    private bool _isDisposed;

    /// <summary>Takes the memory for a batch from the system.</summary>
    public FrameBatch()
    {
        _memory = (byte*)NativeMemory.AlignedAlloc(Capacity * SlotBytes, PageBytes);
        _vectors = ReceiveVectors.Allocate();
        Point();
    }

    /// <summary>How many frames there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of one frame, from its Ethernet header. Empty if it was too long to receive.</summary>
    public Span<byte> Frame(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return new Span<byte>(Address(index), _lengths[index]);
    }

    /// <summary>What the kernel told beside one frame, or shall be told.</summary>
    public ref VirtioNetHeader Header(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return ref _vectors->Headers[index];
    }

    /// <summary>Forgets all frames.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a copy of a frame made elsewhere, such as an answer of the agent's own.</summary>
    /// <returns>False if the batch is full or the frame longer than <see cref="MaxFrameBytes"/>.</returns>
    public bool TryAdd(ReadOnlySpan<byte> frame, VirtioNetHeader header = default)
    {
        if (Count == Capacity || frame.Length > MaxFrameBytes)
        {
            return false;
        }
        var index = Count++;
        Place(index, HeadroomBytes, frame.Length);
        _vectors->Headers[index] = header;
        frame.CopyTo(Frame(index));
        return true;
    }

    /// <summary>Puts bytes behind a frame.</summary>
    /// <returns>False, and nothing is changed, if it would be longer than <see cref="MaxFrameBytes"/>.</returns>
    public bool TryAppend(int index, ReadOnlySpan<byte> bytes)
    {
        var length = Frame(index).Length;
        if (_starts[index] + length + bytes.Length > SlotBytes)
        {
            return false;
        }
        Place(index, _starts[index], length + bytes.Length);
        bytes.CopyTo(Frame(index)[length..]);
        return true;
    }

    /// <summary>Inserts a VLAN tag after the Ethernet addresses, in place.</summary>
    /// <param name="index">The frame; it has at least the two addresses.</param>
    /// <param name="tpid">0x8100 (802.1Q) or 0x88a8 (802.1ad).</param>
    /// <param name="tci">Priority, drop eligible, VLAN id, as the tag holds them.</param>
    /// <returns>False, and nothing is changed, if the frame is too short or the headroom used up.</returns>
    public bool TryPushVlan(int index, ushort tpid, ushort tci)
    {
        var length = Frame(index).Length;
        if (length < TagAt || _starts[index] < Vlan.TagLength)
        {
            return false;
        }
        Place(index, _starts[index] - Vlan.TagLength, length + Vlan.TagLength);
        // Not Vlan.Push, which demands a legal tag: what a guest sent may be none.
        var frame = Frame(index);
        frame.Slice(Vlan.TagLength, TagAt).CopyTo(frame);
        BinaryPrimitives.WriteUInt16BigEndian(frame[TagAt..], tpid);
        Vlan.SetTci(frame, tci);
        _vectors->Headers[index].ShiftBy(Vlan.TagLength);
        return true;
    }

    /// <summary>Removes the outermost VLAN tag, in place. Whether there is one is the caller's to know.</summary>
    /// <returns>False, and nothing is changed, if the frame is too short to hold one.</returns>
    public bool TryPopVlan(int index)
    {
        var frame = Frame(index);
        if (frame.Length < TagAt + Vlan.TagLength)
        {
            return false;
        }
        Vlan.Pop(frame);
        Place(index, _starts[index] + Vlan.TagLength, frame.Length - Vlan.TagLength);
        _vectors->Headers[index].ShiftBy(-Vlan.TagLength);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        Count = 0;
        NativeMemory.AlignedFree(_memory);
        NativeMemory.Free(_vectors);
    }

    /// <summary>Where a frame begins; valid until the batch is disposed.</summary>
    internal byte* Address(int index)
    {
        Debug.Assert(!_isDisposed, "the memory is gone");
        return _memory + ((nint)index * SlotBytes) + _starts[index];
    }

    /// <summary>Where a frame's header lies; valid until the batch is disposed.</summary>
    internal VirtioNetHeader* HeaderAddress(int index) => &_vectors->Headers[index];

    private void Place(int index, int start, int length)
    {
        _starts[index] = start;
        _lengths[index] = length;
    }
}
