namespace Fabric.Agent.Datapaths.User;

/// <summary>How a frame longer than the MTU is to be cut before a real wire.</summary>
/// <remarks>The ECN bit (0x80) may be set on both TCP kinds, so this enum is open.</remarks>
public enum SegmentationKind : byte
{
    None = 0,
    TcpOverIpv4 = 1,

    /// <summary>Fragments of one datagram; kernels no longer make it.</summary>
    UdpFragments = 3,
    TcpOverIpv6 = 4,

    /// <summary>Datagrams of equal size (UDP_SEGMENT).</summary>
    UdpSegments = 5,
}
