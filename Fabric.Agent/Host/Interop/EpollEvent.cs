using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>struct epoll_event as x86-64 has it: packed, 12 bytes.</summary>
/// <remarks>Other machines pad it to 16; <see cref="PollSet"/> refuses to start there.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct EpollEvent
{
    public uint Events;
    public ulong Data;
}
