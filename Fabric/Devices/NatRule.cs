using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>One rule of a router by which it translates addresses (RFC 3022, section 2).</summary>
/// <remarks>
/// Destinations are translated before the router's inbound chain and its routes, sources after its outbound chain: so these see the
/// addresses of the inside, and the chains of ports those on the wire. A packet from inside to an outside address of the same router comes back in,
/// with its source translated too (hairpin).
/// </remarks>
public sealed record NatRule
{
    /// <summary>The lowest port that sources are given unless the rule says otherwise; those below are for services.</summary>
    public const ushort FirstPort = 1024;

    /// <summary>Its name, unique at the router.</summary>
    public required string Name { get; init; }

    /// <summary>What it translates.</summary>
    public required NatKind Kind { get; init; }

    /// <summary>Source, Static, Prefix: the router's port that leads outside.</summary>
    public PortId? Port { get; init; }

    /// <summary>Source, Nat64: which sources; null for all.</summary>
    public IpPrefix? From { get; init; }

    /// <summary>Source, Nat64: the addresses to translate to; null, for Source alone, for those of the port. Destination, Static: the address outside, alone.</summary>
    public AddressRange? Outside { get; init; }

    /// <summary>Source, Nat64: the ports to translate to; null for those from <see cref="FirstPort"/> on. Destination: the ports that it is for; null for all.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>Destination: the IP protocol that it is for; null for all, and needed where ports are given.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Destination, Static: the address inside.</summary>
    public IpAddress? Inside { get; init; }

    /// <summary>Destination: the port inside that the first of <see cref="Ports"/> becomes; null leaves ports as they are.</summary>
    public ushort? InsidePort { get; init; }

    /// <summary>Prefix: the two.</summary>
    public PrefixTranslation? Prefixes { get; init; }

    /// <summary>Nat64: the prefix of IPv6 addresses that stand for those of IPv4.</summary>
    public EmbeddingPrefix? Embedding { get; init; }

    /// <summary>All addresses outside that it names; of Nat64 those of IPv4.</summary>
    public AddressRange? OutsideRange => Prefixes is { Outside: var prefix } ? new AddressRange(prefix.Address, prefix.Last) : Outside;

    /// <summary>Source: the address and ports outside follow from the station's address, see <see cref="FixedPorts"/>; needs <see cref="From"/> and <see cref="Outside"/>.</summary>
    public bool IsDeterministic { get; init; }

    /// <summary>Source, Nat64: what may come in.</summary>
    public NatFiltering Filtering { get; init; }

    /// <summary>Destination: it is for packets of a protocol to a port of its address.</summary>
    public bool IsFor(byte protocol, ushort port) =>
        (Protocol is null || Protocol == protocol) && (Ports is not { } ports || (port >= ports.First && port <= ports.Last));
}
