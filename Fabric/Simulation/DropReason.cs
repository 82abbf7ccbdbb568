namespace Fabric.Simulation;

/// <summary>Why a packet goes nowhere. docs/drop-reasons.md has a paragraph on each.</summary>
public enum DropReason : byte
{
    /// <summary>It was not dropped.</summary>
    None,

    /// <summary>The datapath port belongs to no virtual port.</summary>
    UnknownIngress,

    /// <summary>A rule with action drop.</summary>
    Rule,

    /// <summary>A rule with action reject; the source was told if the standards allow it.</summary>
    RuleReject,

    /// <summary>A port is administratively down.</summary>
    PortAdminDown,

    /// <summary>An exterior port has no interface, or its link is down.</summary>
    PortDown,

    /// <summary>The bridge or router is administratively down.</summary>
    DeviceAdminDown,

    /// <summary>The port has neither peer nor binding.</summary>
    PortUnlinked,

    /// <summary>The frame's source is a group address.</summary>
    MulticastSource,

    /// <summary>The station is behind the port that the frame came in by.</summary>
    SamePort,

    /// <summary>A flooded frame had no other port to go to.</summary>
    NoOtherPort,

    /// <summary>Router: the frame is not addressed to the port.</summary>
    NotForRouter,

    /// <summary>Router: neither ARP nor IP.</summary>
    NotRoutable,

    /// <summary>Router: a VLAN-tagged frame.</summary>
    TaggedAtRouter,

    /// <summary>The IP header is malformed.</summary>
    Malformed,

    /// <summary>Time to live or hop limit ran out.</summary>
    TtlExceeded,

    /// <summary>No route holds the destination.</summary>
    NoRoute,

    /// <summary>The route is a blackhole.</summary>
    Blackhole,

    /// <summary>The route rejects.</summary>
    RouteReject,

    /// <summary>The next hop is not on the link of the route's port.</summary>
    GatewayOffLink,

    /// <summary>The next hop did not answer ARP or neighbor discovery.</summary>
    NeighborUnreachable,

    /// <summary>A destination that routers do not forward: multicast, broadcast, link-local, loopback.</summary>
    NotForwardable,

    /// <summary>A router's own address, and nothing there listens for such a packet.</summary>
    NoLocalService,

    /// <summary>A copy came back to a bridge that it had passed, with no router in between.</summary>
    BridgeLoop,

    /// <summary>The packet went through more devices than <see cref="SimulationLimits.MaxHops"/>: a loop.</summary>
    HopLimit,

    /// <summary>The packet's copies took more steps than <see cref="SimulationLimits.MaxSteps"/>: a loop of floods.</summary>
    StepLimit,

    /// <summary>Chains jumped deeper than <see cref="SimulationLimits.MaxChainDepth"/>, or more often than <see cref="SimulationLimits.MaxJumps"/>.</summary>
    ChainDepth,

    /// <summary>A rule would add a third VLAN tag, more than a flow key tells apart.</summary>
    VlanDepth,

    /// <summary>An ARP or ND message that is not acceptable: wrong subnet, wrong length, wrong hop limit.</summary>
    BadNeighborMessage,

    /// <summary>The destination's host is not reachable over the underlay.</summary>
    PeerUnreachable,

    /// <summary>A packet came through a tunnel from an address that is no host's.</summary>
    UnknownPeer,

    /// <summary>A packet came through a tunnel by a key that is no port's of this host.</summary>
    UnknownTunnelKey,

    /// <summary>The packet begins a connection, and its port has as many as it may, all of which are established.</summary>
    ConnectionLimit,

    /// <summary>NAT: the packet is of no connection that is translated, and begins none.</summary>
    NatNoConnection,

    /// <summary>NAT: every address and port that the packet could be given is taken.</summary>
    NatExhausted,

    /// <summary>The packet is longer than the tunnel to the destination's host takes; its source was told.</summary>
    PacketTooLong,

    /// <summary>The packet is for a balancer none of whose pool's members takes connections, or for a member that has left; its source was told.</summary>
    NoPoolMember,

    /// <summary>A later fragment whose packet was asked for, and whose first fragment did not come in time.</summary>
    FragmentAlone,

    /// <summary>NAT: an address of a translated prefix that none of the other prefix stands for; its source was told.</summary>
    NatNoAddress,

    /// <summary>NAT: between IPv6 and IPv4 the packet's protocol, its ICMP message, its headers or its fragments have no counterpart.</summary>
    NatNoCounterpart,
}
