namespace Fabric.Agent.Description.Expectations;

/// <summary>What sort of packet is tried.</summary>
public enum ProbeKind
{
    /// <summary>An ICMP or ICMPv6 echo request.</summary>
    Icmp,

    /// <summary>A TCP SYN.</summary>
    Tcp,

    /// <summary>A UDP datagram.</summary>
    Udp,
}
