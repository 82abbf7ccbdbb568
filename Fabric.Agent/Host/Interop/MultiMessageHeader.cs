using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>struct mmsghdr: one message of a recvmmsg or sendmmsg call, with the msghdr inside it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MultiMessageHeader
{
    public void* Name;
    public uint NameBytes;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlBytes;
    public int Flags;

    // msghdr ends on a multiple of eight; without this the length would land inside it.
    private readonly uint _padding;

    /// <summary>Bytes received or sent; written by the kernel.</summary>
    public uint TransferredBytes;
}
