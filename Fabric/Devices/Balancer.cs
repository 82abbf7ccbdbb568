using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>An address and ports of a router behind which the members of a pool stand.</summary>
public sealed record Balancer
{
    /// <summary>Its name, unique at the router.</summary>
    public required string Name { get; init; }

    /// <summary>The address that clients speak to (VIP); no port of the router has it.</summary>
    public required IpAddress Address { get; init; }

    /// <summary>The ports that clients speak to.</summary>
    public required PortRange Ports { get; init; }

    /// <summary>TCP or UDP; null for both.</summary>
    public byte? Protocol { get; init; }

    /// <summary>The name of the pool, of the same router.</summary>
    public required string Pool { get; init; }

    /// <summary>How long a client stays at its member, in seconds after the last packet that it sent; 0 if every connection is chosen for by itself.</summary>
    public ushort PersistSeconds { get; init; }

    /// <summary>A client has one member for all ports of the address, also those of other balancers that say so.</summary>
    public bool PersistsAcrossPorts { get; init; }

    /// <summary>It is for packets of a protocol to a port.</summary>
    public bool IsFor(byte protocol, ushort port) =>
        (Protocol is null || Protocol == protocol) && port >= Ports.First && port <= Ports.Last;
}
