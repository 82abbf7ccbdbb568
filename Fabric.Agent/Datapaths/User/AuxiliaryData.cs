using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <summary>The control message PACKET_AUXDATA: cmsghdr and tpacket_auxdata, as the kernel lays them out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AuxiliaryData
{
    private const int UsedBytes = 36;
    private const uint VlanIsValid = 1 << 4;
    private const uint TpidIsValid = 1 << 6;

    public nuint LengthBytes;
    public int Level;
    public int Type;
    public uint Status;
    public uint FrameBytes;
    public uint CapturedBytes;
    public ushort MacOffset;
    public ushort NetworkOffset;
    public ushort VlanTci;
    public ushort VlanTpid;

    /// <summary>Reads the VLAN tag that the kernel took off the frame before handing it over.</summary>
    public readonly bool TryGetVlan(out ushort tpid, out ushort tci)
    {
        tci = VlanTci;
        tpid = (Status & TpidIsValid) != 0 ? VlanTpid : EtherType.Vlan;
        return LengthBytes >= UsedBytes && Level == Libc.SOL_PACKET && Type == Libc.PACKET_AUXDATA && (Status & VlanIsValid) != 0;
    }
}
