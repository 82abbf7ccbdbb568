using Fabric.Agent.Host.Interop;
using static Fabric.Agent.Netlink.Rtnetlink.RtnetlinkFormat;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <content>Creating links of the kinds that the agent makes. A name that is taken is EEXIST.</content>
public sealed partial class RouteSocket
{
    private const ushort VethPeer = 1;

    /// <summary>Creates a pair of links joined by a cable: what one sends, the other receives. Both are down.</summary>
    /// <param name="name">Of the end in this namespace.</param>
    /// <param name="peerName">Of the other end.</param>
    /// <param name="peerNamespace">Where the other end shall be; null for this namespace. Stays the caller's.</param>
    /// <returns>The end in this namespace.</returns>
    public Link CreateVeth(string name, string peerName, FileDescriptor? peerNamespace = null)
    {
        var request = BeginCreate(name);
        var info = BeginInfo(request, "veth");
        var data = request.BeginNested(InfoAttribute.Data);
        var peer = request.BeginNested(VethPeer);
        request.WriteFixed(default(LinkHeader));
        request.WriteText(LinkAttribute.Name, peerName);
        if (peerNamespace is not null)
        {
            request.Write(LinkAttribute.NamespaceDescriptor, peerNamespace.Number);
        }
        request.EndNested(peer);
        request.EndNested(data);
        request.EndNested(info);
        _session.Execute($"create veth {name} with peer {peerName}");
        return ReadLink(name);
    }

    /// <summary>Creates a bridge of the kernel, down and without ports.</summary>
    public Link CreateBridge(string name)
    {
        var request = BeginCreate(name);
        request.EndNested(BeginInfo(request, "bridge"));
        _session.Execute($"create bridge {name}");
        return ReadLink(name);
    }

    private NetlinkWriter BeginCreate(string name)
    {
        var request = _session.Begin(NewLink, NetlinkFlags.Create | NetlinkFlags.Exclusive);
        request.WriteFixed(default(LinkHeader));
        request.WriteText(LinkAttribute.Name, name);
        return request;
    }

    private static NetlinkMark BeginInfo(NetlinkWriter request, string kind)
    {
        var info = request.BeginNested(LinkAttribute.Info);
        request.WriteText(InfoAttribute.Kind, kind);
        return info;
    }
}
