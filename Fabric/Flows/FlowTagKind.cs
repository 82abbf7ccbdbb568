namespace Fabric.Flows;

/// <summary>What sort of thing a flow depends on.</summary>
/// <remarks>docs/invalidation.md lists for each kind who leaves it and which events touch it.</remarks>
public enum FlowTagKind : byte
{
    /// <summary>A port's own description: its device, peer, binding, admin state, chains, addresses, groups.</summary>
    Port,

    /// <summary>A port's operational state, as its host reports it.</summary>
    PortState,

    /// <summary>A bridge's own description.</summary>
    Bridge,

    /// <summary>The set of ports of a bridge, which a flooded packet was copied to.</summary>
    BridgePorts,

    /// <summary>One lookup in a bridge's learned MAC table, hit or miss; the detail is VLAN and MAC.</summary>
    Mac,

    /// <summary>One lookup among the stations that a bridge knows from bindings and links, in all VLANs, hit or miss; the detail is the MAC.</summary>
    Station,

    /// <summary>One lookup of an address at a bridge (who answers ARP or ND for it), hit or miss; the detail is the address.</summary>
    BridgeAddress,

    /// <summary>A router's own description and its set of ports.</summary>
    Router,

    /// <summary>One lookup in a router's table, hit or miss; the detail is the prefix of destinations that were not told apart.</summary>
    Destination,

    /// <summary>One lookup of a neighbor at a router port, hit or miss; the device is the port, the detail the address.</summary>
    Neighbor,

    /// <summary>A chain's rules.</summary>
    Chain,

    /// <summary>One lookup in an address set, hit or miss; the detail is the prefix of addresses that were not told apart.</summary>
    SetAddress,

    /// <summary>One lookup of a connection, hit or miss; the detail is a hash of its key.</summary>
    Connection,

    /// <summary>A host's description: its underlay addresses.</summary>
    Host,

    /// <summary>Whether the way to a host is up, as this host finds it.</summary>
    Tunnel,

    /// <summary>One lookup of a tunnel key, hit or miss; the device is the key.</summary>
    TunnelKey,

    /// <summary>One lookup of whose an underlay address is, hit or miss; the detail is the address.</summary>
    Peer,

    /// <summary>How the members of a router's pool are, or the one at an address; the detail is the pool or the address.</summary>
    Health,
}
