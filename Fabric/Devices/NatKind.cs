namespace Fabric.Devices;

/// <summary>What a NAT rule translates.</summary>
public enum NatKind : byte
{
    /// <summary>The source of packets that leave by a port, to the port's own address or to some others; many share one.</summary>
    Source,

    /// <summary>The destination of packets for an address, and a port if one is named, to one inside.</summary>
    Destination,

    /// <summary>One address inside and one outside stand for each other, in both directions and for all protocols.</summary>
    Static,

    /// <summary>An IPv6 prefix inside and one outside stand for each other, address by address (RFC 6296).</summary>
    Prefix,

    /// <summary>Packets of IPv6 for an address of a prefix, which stands for one of IPv4, become packets of IPv4; many sources share some addresses (RFC 6146).</summary>
    Nat64,
}
