namespace Fabric.Packets;

/// <summary>What an IP packet carries (IANA protocol numbers; the IPv6 extension headers share them).</summary>
public static class IpProtocol
{
    /// <summary>IPv6 hop-by-hop options.</summary>
    public const byte HopByHop = 0;
    public const byte Icmp = 1;
    public const byte Igmp = 2;
    public const byte Tcp = 6;
    public const byte Udp = 17;

    /// <summary>IPv6 routing header.</summary>
    public const byte Routing = 43;

    /// <summary>IPv6 fragment header.</summary>
    public const byte Fragment = 44;
    public const byte Gre = 47;
    public const byte Esp = 50;

    /// <summary>Authentication header.</summary>
    public const byte Ah = 51;
    public const byte Icmpv6 = 58;

    /// <summary>Nothing follows (RFC 8200, section 4.7).</summary>
    public const byte None = 59;

    /// <summary>IPv6 destination options.</summary>
    public const byte DestinationOptions = 60;
    public const byte Sctp = 132;
}
