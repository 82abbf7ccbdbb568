namespace Fabric.Flows;

/// <summary>How a packet is, or is to be, encapsulated.</summary>
[Flags]
public enum TunnelFlags : ushort
{
    /// <summary>None of the others.</summary>
    None = 0,

    /// <summary>The outer header must not be fragmented.</summary>
    DontFragment = 1,

    /// <summary>The outer UDP checksum is present.</summary>
    Checksum = 2,

    /// <summary>The tunnel key is present.</summary>
    Key = 4,

    /// <summary>Operations and maintenance frame.</summary>
    Oam = 8,

    /// <summary>The outer addresses are IPv6.</summary>
    Ipv6 = 16,

    /// <summary>What tells whether there is a tunnel, and of which version of IP.</summary>
    /// <remarks>Not the checksum: a sender may have one on some datagrams of a flow and not on others.</remarks>
    Kind = DontFragment | Key | Oam | Ipv6,
}
