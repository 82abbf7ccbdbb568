using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Makes, finds and removes datapaths and ports of the Open vSwitch kernel module in one network namespace.</summary>
/// <remarks>
/// Each call is one exchange with the kernel or a few, and done when it returns. Failures are <see cref="NetlinkException"/> with the
/// object's name and advice. Changes need CAP_NET_ADMIN. One thread at a time; packets never pass here. Cut by subject:
/// Datapaths, Ports, Flows.
/// </remarks>
internal sealed partial class OvsControlSession : IDisposable
{
    private readonly NetlinkSession _session;
    private readonly RouteSocket _routes;
    private readonly GenericFamily _datapaths;
    private readonly GenericFamily _vports;

    /// <summary>Speaks over transports, which it owns, and finds the module's families.</summary>
    /// <param name="generic">Generic netlink.</param>
    /// <param name="route">Route netlink of the same namespace: the mark of a datapath is on its interface.</param>
    /// <exception cref="NetlinkException">The module is not loaded.</exception>
    public OvsControlSession(INetlinkTransport generic, INetlinkTransport route)
    {
        _session = new NetlinkSession(generic);
        _routes = new RouteSocket(route);
        try
        {
            _datapaths = GenericFamilies.Resolve(_session, OvsFormat.DatapathFamily);
            _vports = GenericFamilies.Resolve(_session, OvsFormat.VportFamily);
            FlowFamily = GenericFamilies.Resolve(_session, OvsFormat.FlowFamily);
            PacketFamily = GenericFamilies.Resolve(_session, OvsFormat.PacketFamily);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The family of flow messages, for the sockets of upcall threads.</summary>
    public GenericFamily FlowFamily { get; }

    /// <summary>The family of packet messages.</summary>
    public GenericFamily PacketFamily { get; }

    /// <summary>Opens sockets in the namespace of the calling thread; any thread may use them afterwards.</summary>
    /// <exception cref="NetlinkException">The module is not loaded.</exception>
    public static OvsControlSession Open()
    {
        var generic = NetlinkSocket.OpenRequests(NetlinkSocket.GenericProtocol);
        try
        {
            return new OvsControlSession(generic, NetlinkSocket.OpenRequests(NetlinkSocket.RouteProtocol));
        }
        catch
        {
            generic.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _routes.Dispose();
    }

    private NetlinkWriter Begin(GenericFamily family, byte command, int datapathIndex, NetlinkFlags flags = NetlinkFlags.None)
    {
        var version = family == _datapaths ? OvsFormat.DatapathVersion : OvsFormat.VportVersion;
        var request = _session.Begin(family.Id, flags);
        request.WriteFixed(new OvsHeader(command, version, datapathIndex));
        return request;
    }

    /// <summary>Passes over messages of other families, then reads.</summary>
    private static NetlinkParser<T> Of<T>(GenericFamily family, NetlinkParser<T> parser) =>
        (NetlinkMessage message, out T value, out NetlinkProblem problem) =>
        {
            if (message.Type == family.Id)
            {
                return parser(message, out value, out problem);
            }
            value = default!;
            problem = NetlinkProblem.None;
            return false;
        };

    /// <summary>The same refusal with what the reader can do about it.</summary>
    private static NetlinkException Advised(NetlinkException refusal, string advice) =>
        new(refusal.Operation, refusal.Errno, refusal.Sequence, refusal.KernelText, refusal.OffsetBytes, advice);

    private static NetlinkException Refusal(string operation, Errno errno, string advice) => new(operation, errno, 0, advice: advice);
}
