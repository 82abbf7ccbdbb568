using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>struct sockaddr_nl: who sent or receives a netlink datagram; port 0 is the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkAddress
{
    public ushort Family;
    private readonly ushort _padding;
    public uint PortId;
    public uint Groups;
}
