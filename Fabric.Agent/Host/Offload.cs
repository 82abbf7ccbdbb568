namespace Fabric.Agent.Host;

/// <summary>A piece of work that an interface may take off the network stack; named as in <c>ethtool -K</c>.</summary>
public enum Offload
{
    /// <summary>tx: checksums of sent packets are left unfinished for the device.</summary>
    TransmitChecksum,

    /// <summary>rx: checksums of received packets are verified by the device.</summary>
    ReceiveChecksum,

    /// <summary>tso: TCP is segmented by the device.</summary>
    TcpSegmentation,

    /// <summary>gso: segmentation is put off to the last moment.</summary>
    GenericSegmentation,

    /// <summary>gro: received segments are joined.</summary>
    GenericReceive,
}
