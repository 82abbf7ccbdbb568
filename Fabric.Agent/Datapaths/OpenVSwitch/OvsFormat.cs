using System.Runtime.InteropServices;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Families, commands, attributes and structs of the Open vSwitch kernel module.</summary>
/// <remarks>
/// linux/openvswitch.h, in the kernel's words; a test compares every number with that file. Structs with numbers in network
/// order are in <see cref="OvsKeyLayout"/>; those here are in the host's. Keys: OvsFormat.Keys.cs.
/// </remarks>
internal static partial class OvsFormat
{
    public const string DatapathFamily = "ovs_datapath";
    public const string VportFamily = "ovs_vport";
    public const string FlowFamily = "ovs_flow";
    public const string PacketFamily = "ovs_packet";

    /// <summary>A request of an older version makes the kernel forget the features that user space asked for.</summary>
    public const byte DatapathVersion = 2;
    public const byte VportVersion = 1;
    public const byte FlowVersion = 1;
    public const byte PacketVersion = 1;

    /// <summary>OVSP_LOCAL: the number of the internal port that has the datapath's name.</summary>
    public const uint LocalPort = 0;

    /// <summary>Ports are numbered below this (DP_MAX_PORTS in net/openvswitch/datapath.h).</summary>
    public const uint MaxPorts = ushort.MaxValue;

    /// <summary>The kernel takes no more actions of one flow (MAX_ACTIONS_BUFSIZE in net/openvswitch/flow_netlink.h).</summary>
    public const int MaxActionsBytes = 32 * 1024;

    /// <summary>struct ovs_dp_stats.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct DatapathCounters
    {
        public ulong Hit;
        public ulong Missed;
        public ulong Lost;
        public ulong Flows;
    }

    /// <summary>struct ovs_dp_megaflow_stats.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MaskCounters
    {
        public ulong MaskHit;
        public uint Masks;
        private readonly uint _pad0;
        public ulong CacheHit;
        private readonly ulong _pad1;
    }

    /// <summary>struct ovs_vport_stats.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct VportCounters
    {
        public ulong ReceivedPackets;
        public ulong SentPackets;
        public ulong ReceivedBytes;
        public ulong SentBytes;
        public ulong ReceiveErrors;
        public ulong SendErrors;
        public ulong ReceiveDropped;
        public ulong SendDropped;
    }

    /// <summary>struct ovs_flow_stats.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FlowCounters
    {
        public ulong Packets;
        public ulong Bytes;
    }

    /// <summary>OVS_DP_CMD_*.</summary>
    public static class DatapathCommand
    {
        public const byte New = 1;
        public const byte Del = 2;
        public const byte Get = 3;
        public const byte Set = 4;
    }

    /// <summary>OVS_DP_ATTR_*.</summary>
    public static class DatapathAttribute
    {
        public const ushort Name = 1;
        public const ushort UpcallPid = 2;
        public const ushort Stats = 3;
        public const ushort MegaflowStats = 4;
        public const ushort UserFeatures = 5;
        public const ushort MasksCacheSize = 7;
        public const ushort PerCpuPids = 8;
    }

    /// <summary>OVS_DP_F_*.</summary>
    public static class DatapathFeature
    {
        public const uint Unaligned = 1;
        public const uint VportPids = 2;
        public const uint DispatchUpcallPerCpu = 8;
    }

    /// <summary>OVS_VPORT_CMD_*.</summary>
    public static class VportCommand
    {
        public const byte New = 1;
        public const byte Del = 2;
        public const byte Get = 3;
        public const byte Set = 4;
    }

    /// <summary>OVS_VPORT_TYPE_*.</summary>
    public static class VportType
    {
        public const uint Netdev = 1;
        public const uint Internal = 2;
        public const uint Gre = 3;
        public const uint Vxlan = 4;
        public const uint Geneve = 5;
    }

    /// <summary>OVS_VPORT_ATTR_*.</summary>
    public static class VportAttribute
    {
        public const ushort PortNo = 1;
        public const ushort Type = 2;
        public const ushort Name = 3;
        public const ushort Options = 4;
        public const ushort UpcallPid = 5;
        public const ushort Stats = 6;
        public const ushort Ifindex = 8;
        public const ushort Netnsid = 9;

        /// <summary>Since 6.3.</summary>
        public const ushort UpcallStats = 10;
    }

    /// <summary>OVS_VPORT_UPCALL_ATTR_*, since 6.3.</summary>
    public static class VportUpcallAttribute
    {
        public const ushort Success = 0;
        public const ushort Fail = 1;
    }

    /// <summary>OVS_TUNNEL_ATTR_*: options of a vport that is a tunnel.</summary>
    public static class TunnelAttribute
    {
        public const ushort DstPort = 1;
        public const ushort Extension = 2;
    }

    /// <summary>OVS_FLOW_CMD_*.</summary>
    public static class FlowCommand
    {
        public const byte New = 1;
        public const byte Del = 2;
        public const byte Get = 3;
        public const byte Set = 4;
    }

    /// <summary>OVS_FLOW_ATTR_*.</summary>
    public static class FlowAttribute
    {
        public const ushort Key = 1;
        public const ushort Actions = 2;
        public const ushort Stats = 3;
        public const ushort TcpFlags = 4;
        public const ushort Used = 5;
        public const ushort Clear = 6;
        public const ushort Mask = 7;
        public const ushort Ufid = 9;
        public const ushort UfidFlags = 10;
    }

    /// <summary>OVS_UFID_F_*.</summary>
    public static class UfidFlag
    {
        public const uint OmitKey = 1;
        public const uint OmitMask = 2;
        public const uint OmitActions = 4;
    }

    /// <summary>OVS_PACKET_CMD_*.</summary>
    public static class PacketCommand
    {
        public const byte Miss = 1;
        public const byte Action = 2;
        public const byte Execute = 3;
    }

    /// <summary>OVS_PACKET_ATTR_*.</summary>
    public static class PacketAttribute
    {
        public const ushort Packet = 1;
        public const ushort Key = 2;
        public const ushort Actions = 3;
        public const ushort Userdata = 4;
        public const ushort Mru = 9;
        public const ushort Len = 10;
        public const ushort Hash = 11;
    }
}
