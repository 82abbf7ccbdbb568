using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Where the upcalls of one batch are received: a slot each, outside the collected heap.</summary>
/// <remarks>Owned by one upcall thread and reused. The system gives a page when it is first written, so small packets cost little memory.</remarks>
internal sealed unsafe class UpcallMemory : IDisposable
{
    /// <summary>Upcalls in a batch.</summary>
    public const int Slots = UpcallBatch.Capacity;

    /// <summary>Room for one upcall: the longest attribute, which a packet of 64 KiB is in, with the key beside it.</summary>
    public const int SlotBytes = 72 << 10;

    private readonly byte* _bytes;
    private readonly MultiMessageHeader* _headers;

    /// <summary>Takes the memory from the system.</summary>
    public UpcallMemory()
    {
        _bytes = (byte*)NativeMemory.Alloc(Slots, SlotBytes);
        _headers = (MultiMessageHeader*)NativeMemory.AllocZeroed(Slots, (nuint)sizeof(MultiMessageHeader));
        Vectors = (IoVector*)NativeMemory.AllocZeroed(Slots, (nuint)sizeof(IoVector));
        for (var i = 0; i < Slots; i++)
        {
            Vectors[i] = new IoVector { Base = Slot(i), LengthBytes = SlotBytes };
            _headers[i].Vectors = Vectors + i;
            _headers[i].VectorCount = 1;
        }
    }

    private IoVector* Vectors { get; }

    /// <summary>What recvmmsg fills, from a slot on.</summary>
    public MultiMessageHeader* Headers(int first) => _headers + first;

    /// <summary>A slot's first byte.</summary>
    public byte* Slot(int index) => _bytes + (nint)index * SlotBytes;

    /// <summary>What was received into a slot; empty if it was cut, and so is of no use.</summary>
    public ReadOnlySpan<byte> Received(int index)
    {
        ref var header = ref _headers[index];
        return (header.Flags & Libc.MSG_TRUNC) != 0 ? default : new ReadOnlySpan<byte>(Slot(index), (int)header.TransferredBytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        NativeMemory.Free(_headers);
        NativeMemory.Free(Vectors);
    }
}
