using System.Buffers.Binary;
using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using static Fabric.Agent.Netlink.Rtnetlink.RtnetlinkFormat;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <content>Addresses and routes of the kernel's own stack.</content>
public sealed partial class RouteSocket
{
    private const uint NoDuplicateDetection = 2; // IFA_F_NODAD
    private const byte MainTable = 254;
    private const byte StaticProtocol = 4;
    private const byte Unicast = 1;
    private const byte LinkScope = 253;

    /// <summary>All addresses of all links, in the kernel's order.</summary>
    public IReadOnlyList<LinkAddress> ListAddresses()
    {
        _session.Begin(GetAddress).WriteFixed(default(AddressHeader));
        return _session.Dump<LinkAddress>("list addresses", AddressMessage.TryParse);
    }

    /// <summary>Gives a link an address, usable at once: IPv6 duplicate detection (RFC 4862, section 5.4) is left out.</summary>
    /// <param name="link">The link.</param>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="prefixBits">The subnet that is reached directly through this link.</param>
    public void AddAddress(Link link, IpAddress address, int prefixBits)
    {
        Span<byte> bytes = stackalloc byte[address.Width / 8];
        WriteAddress(bytes, address);
        var request = _session.Begin(NewAddress, NetlinkFlags.Create | NetlinkFlags.Exclusive);
        var header = new AddressHeader
        {
            Family = FamilyOf(address),
            PrefixBits = (byte)prefixBits,
            Index = link.Index.Value,
        };
        request.WriteFixed(header);
        request.WriteBytes(AddressAttribute.Local, bytes);
        request.WriteBytes(AddressAttribute.Address, bytes);
        if (address.Family == IpFamily.V6)
        {
            request.Write(AddressAttribute.Flags, NoDuplicateDetection);
        }
        _session.Execute($"add address {address}/{prefixBits} to link {link.Name}");
    }

    /// <summary>Adds the route for all that no other route of that family covers.</summary>
    /// <param name="gateway">A neighbor reachable directly.</param>
    /// <param name="link">Where it is; may be null unless the gateway is link-local.</param>
    public void AddDefaultRoute(IpAddress gateway, Link? link = null) => AddRoute(IpPrefix.All(gateway.Family), gateway, link);

    /// <summary>Adds a route by a gateway, or with a link alone one to a subnet that is directly there.</summary>
    /// <exception cref="ArgumentException">Neither a gateway nor a link is given, or the families differ.</exception>
    public void AddRoute(IpPrefix destination, IpAddress? gateway, Link? link)
    {
        if ((gateway is null && link is null) || (gateway is { } given && given.Family != destination.Family))
        {
            throw new ArgumentException("a route needs a link, or a gateway of its own family", nameof(gateway));
        }
        Span<byte> bytes = stackalloc byte[destination.Address.Width / 8];
        var request = _session.Begin(NewRoute, NetlinkFlags.Create | NetlinkFlags.Exclusive);
        var header = new RouteHeader
        {
            Family = FamilyOf(destination.Address),
            DestinationBits = (byte)destination.Length,
            Table = MainTable,
            Protocol = StaticProtocol,
            Scope = gateway is null && destination.Family == IpFamily.V4 ? LinkScope : (byte)0,
            Type = Unicast,
        };
        request.WriteFixed(header);
        WriteAddress(bytes, destination.Address);
        request.WriteBytes(RouteAttribute.Destination, bytes);
        if (gateway is { } next)
        {
            WriteAddress(bytes, next);
            request.WriteBytes(RouteAttribute.Gateway, bytes);
        }
        if (link is not null)
        {
            request.Write(RouteAttribute.OutputIndex, link.Index.Value);
        }
        _session.Execute($"add route {destination} by {gateway?.ToString() ?? link!.Name}");
    }

    private static byte FamilyOf(IpAddress address) => (byte)(address.Family == IpFamily.V4 ? Libc.AF_INET : Libc.AF_INET6);

    private static void WriteAddress(Span<byte> bytes, IpAddress address)
    {
        if (address.Family == IpFamily.V4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, address.AsV4.Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Bits);
        }
    }
}
