using Fabric.Agent.Host;

namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>Reads and changes the links, addresses and routes of one network namespace.</summary>
/// <remarks>
/// Each call is one exchange with the kernel and done when it returns. Changes need CAP_NET_ADMIN. Failures are
/// <see cref="NetlinkException"/> with the object's name and the kernel's words. One thread at a time. Cut by subject:
/// Links, Kinds (creating links), Addresses.
/// </remarks>
public sealed partial class RouteSocket : IDisposable
{
    private readonly NetlinkSession _session;

    /// <summary>Speaks over a transport, which it owns.</summary>
    public RouteSocket(INetlinkTransport transport) => _session = new NetlinkSession(transport);

    /// <summary>Opens a socket in the namespace of the calling thread.</summary>
    public static RouteSocket Open() => new(NetlinkSocket.OpenRequests(NetlinkSocket.RouteProtocol));

    /// <summary>Opens a socket in a named namespace; any thread may use it afterwards.</summary>
    public static RouteSocket Open(string namespaceName) => NetworkNamespace.Run(namespaceName, Open);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
