namespace Fabric.Packets;

/// <summary>Which transport header a frame has.</summary>
public enum TransportKind : byte
{
    /// <summary>None that is known here, a broken one, or none because this is a later fragment.</summary>
    None,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>ICMP over IPv4.</summary>
    Icmp,

    /// <summary>ICMPv6 over IPv6.</summary>
    Icmpv6,
}
