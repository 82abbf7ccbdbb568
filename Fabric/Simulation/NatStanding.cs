using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>What a router has found out about the translation of a packet when it came in; needed when it leaves.</summary>
/// <remarks>Fields, not properties: a part of <see cref="Walk"/>.</remarks>
internal struct NatStanding
{
    /// <summary>The destination was an address outside of this router: the packet goes in, wherever it came from.</summary>
    public bool IsInward;

    /// <summary>The connection that the packet is of, if it is known.</summary>
    public ConnectionFound? Found;

    /// <summary>The other direction of that connection.</summary>
    public ConnectionKey Other;

    /// <summary>A rule has translated the destination of a packet that begins a connection.</summary>
    public bool IsRedirected;

    /// <summary>A balancer has chosen the destination: of a station on the member's link, the source is translated too, or the answer would miss the router.</summary>
    public bool IsBalanced;

    /// <summary>With it: what the packet can be to a connection, as it came.</summary>
    public ConnectionRole Role;

    /// <summary>An ICMP error was translated, inside and out, or the packet was taken to the other IP version: nothing is left to do.</summary>
    public bool IsDone;

    /// <summary>The rule by whose prefix an IPv6 packet is for an IPv4 address; null for most.</summary>
    public NatRule? Crossing;
}
