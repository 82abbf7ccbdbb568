using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>struct iovec: one piece of a scattered message.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public void* Base;
    public nuint LengthBytes;
}
