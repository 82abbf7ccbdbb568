namespace Fabric.Packets;

/// <summary>Which network header a frame has.</summary>
public enum NetworkKind : byte
{
    /// <summary>None that is known here, or a broken one.</summary>
    None,

    /// <summary>ARP for IPv4 over Ethernet.</summary>
    Arp,

    /// <summary>IPv4.</summary>
    Ipv4,

    /// <summary>IPv6.</summary>
    Ipv6,
}
