using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>struct sockaddr_ll: where an AF_PACKET socket is bound.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PacketAddress
{
    public ushort Family;

    /// <summary>EtherType in network order.</summary>
    public ushort Protocol;
    public int InterfaceIndex;
    public ushort HardwareType;
    public byte PacketType;
    public byte AddressBytes;
    public ulong Address;
}
