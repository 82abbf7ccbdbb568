using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <summary>What recvmmsg needs to fill a <see cref="FrameBatch"/>, in one block outside the collected heap.</summary>
/// <remarks>A frame is scattered in two: its header here, its bytes in the slot. Sending gathers the same two.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ReceiveVectors
{
    public MessageArray Messages;
    public PieceArray Pieces;
    public ControlArray Controls;
    public HeaderArray Headers;

    /// <summary>Takes zeroed memory from the system; to be freed with NativeMemory.Free.</summary>
    public static ReceiveVectors* Allocate() => (ReceiveVectors*)NativeMemory.AllocZeroed((nuint)sizeof(ReceiveVectors));

    [InlineArray(FrameBatch.Capacity)]
    public struct MessageArray
    {
        private MultiMessageHeader _first;
    }

    [InlineArray(2 * FrameBatch.Capacity)]
    public struct PieceArray
    {
        private IoVector _first;
    }

    [InlineArray(FrameBatch.Capacity)]
    public struct ControlArray
    {
        private AuxiliaryData _first;
    }

    [InlineArray(FrameBatch.Capacity)]
    public struct HeaderArray
    {
        private VirtioNetHeader _first;
    }
}
