using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Netlink;

/// <summary>Room for short datagrams that are received by one system call, a slot each, outside the collected heap.</summary>
/// <remarks>Owned by whoever made it and reused; what was received stands until the next time.</remarks>
public sealed unsafe class NetlinkBatch : IDisposable
{
    /// <summary>Datagrams received at once at most.</summary>
    public const int Slots = 64;

    /// <summary>Room for one: an answer with figures and an explanation; what is longer is cut.</summary>
    public const int SlotBytes = 2 << 10;

    private readonly byte* _bytes = (byte*)NativeMemory.Alloc(Slots, SlotBytes);
    private readonly MultiMessageHeader* _headers = (MultiMessageHeader*)NativeMemory.AllocZeroed(Slots, (nuint)sizeof(MultiMessageHeader));
    private readonly IoVector* _vectors = (IoVector*)NativeMemory.AllocZeroed(Slots, (nuint)sizeof(IoVector));
    private readonly NetlinkAddress* _senders = (NetlinkAddress*)NativeMemory.AllocZeroed(Slots, (nuint)sizeof(NetlinkAddress));

    /// <summary>Takes the memory from the system.</summary>
    public NetlinkBatch()
    {
        for (var i = 0; i < Slots; i++)
        {
            _vectors[i] = new IoVector { Base = _bytes + (i * SlotBytes), LengthBytes = SlotBytes };
            _headers[i].Vectors = _vectors + i;
            _headers[i].VectorCount = 1;
            _headers[i].Name = _senders + i;
        }
    }

    /// <summary>Datagrams in it.</summary>
    public int Count { get; internal set; }

    /// <summary>A datagram; empty if another process than the kernel sent it.</summary>
    public ReadOnlySpan<byte> this[int index] =>
        _senders[index].PortId == 0 ? new ReadOnlySpan<byte>(_bytes + (index * SlotBytes), (int)_headers[index].TransferredBytes) : default;

    /// <summary>For recvmmsg to fill.</summary>
    internal MultiMessageHeader* Prepare()
    {
        // The kernel has put the length of each sender's address here.
        for (var i = 0; i < Slots; i++)
            _headers[i].NameBytes = (uint)sizeof(NetlinkAddress);
        return _headers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        NativeMemory.Free(_headers);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_senders);
    }
}
