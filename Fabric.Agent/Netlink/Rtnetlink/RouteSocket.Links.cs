using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using static Fabric.Agent.Netlink.Rtnetlink.RtnetlinkFormat;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <content>Links: read, delete, change.</content>
public sealed partial class RouteSocket
{
    /// <summary>All links, in the kernel's order.</summary>
    public IReadOnlyList<Link> ListLinks()
    {
        _session.Begin(GetLink).WriteFixed(default(LinkHeader));
        return _session.Dump<Link>("list links", LinkMessage.TryParse);
    }

    /// <summary>The link of that name, or null.</summary>
    public Link? FindLink(string name)
    {
        try
        {
            return ReadLink(name);
        }
        catch (NetlinkException missing) when (missing.Errno == Errno.NoDevice)
        {
            return null;
        }
    }

    /// <summary>The link of that name.</summary>
    /// <exception cref="NetlinkException">There is none (ENODEV).</exception>
    public Link ReadLink(string name)
    {
        var request = _session.Begin(GetLink);
        request.WriteFixed(default(LinkHeader));
        request.WriteText(LinkAttribute.Name, name);
        return _session.Get<Link>($"find link {name}", LinkMessage.TryParse);
    }

    /// <summary>Deletes a link; of a veth both ends go.</summary>
    public void Delete(Link link)
    {
        Begin(DeleteLink, link);
        _session.Execute($"delete link {link.Name}");
    }

    /// <summary>Switches a link on.</summary>
    public void SetUp(Link link) => SetFlags(link, InterfaceUp, InterfaceUp, $"set link {link.Name} up");

    /// <summary>Switches a link off. Its addresses of IPv6 and its routes go.</summary>
    public void SetDown(Link link) => SetFlags(link, InterfaceUp, 0, $"set link {link.Name} down");

    /// <summary>Keeps the host's own stack off a link that carries a guest's frames; do it while the link is down.</summary>
    /// <remarks>
    /// Without this the host answers ARP for any address it has on any link, and talks IPv6 to the guest (router
    /// solicitations, multicast reports) from an address it makes up.
    /// </remarks>
    public void Silence(Link link)
    {
        const byte none = 1; // IN6_ADDR_GEN_MODE_NONE
        var request = Begin(SetLink, link);
        var families = request.BeginNested(LinkAttribute.FamilySpecific);
        var ipv6 = request.BeginNested(Libc.AF_INET6);
        request.Write(Ipv6LinkAttribute.AddressGeneration, none);
        request.EndNested(ipv6);
        request.EndNested(families);
        try
        {
            _session.Execute($"keep IPv6 off link {link.Name}");
        }
        catch (NetlinkException absent) when (absent.Errno == Errno.FamilyNotSupported)
        {
            // A kernel without IPv6 says nothing in it.
        }
        SetFlags(link, InterfaceNoArp, InterfaceNoArp, $"keep ARP off link {link.Name}");
    }

    /// <summary>Sets the largest IP packet, in bytes.</summary>
    public void SetMtu(Link link, uint mtuBytes)
    {
        Begin(SetLink, link).Write(LinkAttribute.Mtu, mtuBytes);
        _session.Execute($"set MTU of link {link.Name} to {mtuBytes}");
    }

    /// <summary>Sets the Ethernet address.</summary>
    public void SetMac(Link link, MacAddress mac)
    {
        Span<byte> bytes = stackalloc byte[6];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(mac.Bits >> (8 * (bytes.Length - 1 - i)));
        }
        Begin(SetLink, link).WriteBytes(LinkAttribute.Mac, bytes);
        _session.Execute($"set MAC of link {link.Name} to {mac}");
    }

    /// <summary>Leaves a note on a link (`ip link show` prints it as alias), at most 255 bytes.</summary>
    public void SetAlias(Link link, string text)
    {
        Begin(SetLink, link).WriteText(LinkAttribute.Alias, text);
        _session.Execute($"set alias of link {link.Name}");
    }

    /// <summary>Gives a link another name; kernels before 6.2 demand that it is down.</summary>
    /// <returns>The link under its new name.</returns>
    public Link Rename(Link link, string name)
    {
        Begin(SetLink, link).WriteText(LinkAttribute.Name, name);
        _session.Execute($"rename link {link.Name} to {name}");
        return link with { Name = name };
    }

    /// <summary>Moves a link to another namespace, where it is down and may have another index.</summary>
    /// <param name="link">A link of this namespace.</param>
    /// <param name="target">Opened by <see cref="Fabric.Agent.Host.NetworkNamespace.Open"/>; stays the caller's.</param>
    public void MoveTo(Link link, FileDescriptor target)
    {
        Begin(SetLink, link).Write(LinkAttribute.NamespaceDescriptor, target.Number);
        _session.Execute($"move link {link.Name} to another namespace");
    }

    /// <summary>Makes a link a port of a kernel bridge, or with null of none.</summary>
    public void SetMaster(Link link, Link? bridge)
    {
        Begin(SetLink, link).Write(LinkAttribute.MasterIndex, bridge?.Index.Value ?? 0);
        _session.Execute(bridge is null ? $"take link {link.Name} off its bridge" : $"add link {link.Name} to {bridge.Name}");
    }

    private NetlinkWriter Begin(ushort type, Link link)
    {
        var request = _session.Begin(type);
        request.WriteFixed(new LinkHeader { Index = link.Index.Value });
        return request;
    }

    private void SetFlags(Link link, uint which, uint flags, string operation)
    {
        var header = new LinkHeader
        {
            Index = link.Index.Value,
            Flags = flags,
            Change = which,
        };
        _session.Begin(SetLink).WriteFixed(header);
        _session.Execute(operation);
    }
}
