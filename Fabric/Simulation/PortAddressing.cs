using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>What a router port's addresses say about others on its link.</summary>
internal static class PortAddressing
{
    private static readonly IpPrefix LinkLocalV6 = IpPrefix.Parse("fe80::/10");

    /// <summary>The address is one of the port's own, its link-local IPv6 address included.</summary>
    public static bool Owns(Port port, IpAddress address)
    {
        foreach (var own in port.Addresses)
        {
            if (own.Address == address)
                return true;
        }
        return IsLinkLocalV6(address) && address == LinkLocalOf(port);
    }

    /// <summary>The address lies in a subnet of the port: whoever has it is on the link.</summary>
    public static bool IsOnLink(Port port, IpAddress address)
    {
        if (IsLinkLocalV6(address))
            return true;
        foreach (var own in port.Addresses)
        {
            if (own.Subnet.Contains(address))
                return true;
        }
        return false;
    }

    /// <summary>The address can be that of another station on the link.</summary>
    public static bool IsNeighbor(Port port, IpAddress address) =>
        IsOnLink(port, address) && !Owns(port, address) && !IsDirectedBroadcast(port, address);

    /// <summary>The address is the directed broadcast of a subnet of the port (RFC 919, section 7).</summary>
    public static bool IsDirectedBroadcast(Port port, IpAddress address)
    {
        foreach (var own in port.Addresses)
        {
            if (own.Subnet.IsDirectedBroadcast(address))
                return true;
        }
        return false;
    }

    /// <summary>The port's address to speak from to another: of the same subnet, else any of the version, else the link-local one.</summary>
    /// <returns>Null if the port has no address of the version.</returns>
    public static IpAddress? SourceFor(Port port, IpAddress other)
    {
        if (IsLinkLocalV6(other))
            return LinkLocalOf(port);
        IpAddress? any = null;
        foreach (var own in port.Addresses)
        {
            if (own.Subnet.Contains(other))
                return own.Address;
            if (own.Address.Family == other.Family && !IsLinkLocalV6(own.Address))
                any ??= own.Address;
        }
        return any ?? (other.Family == IpFamily.V6 ? LinkLocalOf(port) : null);
    }

    /// <summary>The port's link-local IPv6 address: the one configured, else the one made from its station's (RFC 4291, section 2.5.6).</summary>
    public static IpAddress? LinkLocalOf(Port port)
    {
        foreach (var own in port.Addresses)
        {
            if (IsLinkLocalV6(own.Address))
                return own.Address;
        }
        return port.Mac is { } mac ? Ipv6Address.LinkLocal(mac) : null;
    }

    private static bool IsLinkLocalV6(IpAddress address) => LinkLocalV6.Contains(address);
}
