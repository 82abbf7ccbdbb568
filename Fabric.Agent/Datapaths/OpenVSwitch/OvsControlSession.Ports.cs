using System.Globalization;
using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>Ports: added, pointed at sockets, listed, removed.</content>
internal sealed partial class OvsControlSession
{
    /// <summary>Makes an interface of the host a port. One that is a port of this datapath already is taken over, and sends its upcalls to the sockets given, if any.</summary>
    /// <param name="datapath">The datapath.</param>
    /// <param name="interfaceName">The interface; it must be in this namespace.</param>
    /// <param name="upcallPids">The sockets that take its upcalls, chosen by the packet's hash; none: its misses are dropped.</param>
    /// <exception cref="NetlinkException">
    /// There is no such interface, or it vanished (ENODEV); it is in another bridge or datapath (EBUSY); the kernel does not take it (EINVAL).
    /// </exception>
    public OvsVport AttachPort(OvsDatapath datapath, string interfaceName, params ReadOnlySpan<uint> upcallPids) =>
        Add(datapath, interfaceName, OvsVportKind.Netdev, null, upcallPids);

    /// <summary>Makes an interface of the host a port of a number, which must be free. One that is a port already keeps its own.</summary>
    /// <exception cref="NetlinkException">As for <see cref="AttachPort"/>.</exception>
    public OvsVport AttachPortAs(OvsDatapath datapath, uint number, string interfaceName) =>
        Add(datapath, interfaceName, OvsVportKind.Netdev, null, [], number);

    /// <summary>Makes an interface by which the host itself takes part, or takes over the one that is there.</summary>
    /// <exception cref="NetlinkException">There is another interface of that name (EEXIST).</exception>
    /// <inheritdoc cref="AttachPort"/>
    public OvsVport AttachInternal(OvsDatapath datapath, string interfaceName, params ReadOnlySpan<uint> upcallPids) =>
        Add(datapath, interfaceName, OvsVportKind.Internal, null, upcallPids);

    /// <summary>Makes a VXLAN or Geneve tunnel, or takes over the one that is there; flows tell it where to send.</summary>
    /// <param name="datapath">The datapath.</param>
    /// <param name="name">Of the port, and of the interface that the kernel makes for it.</param>
    /// <param name="kind">Vxlan or Geneve.</param>
    /// <param name="udpPort">Where it listens and sends to: 4789 or 6081 by the standards.</param>
    /// <param name="upcallPids">As for the others.</param>
    /// <exception cref="NetlinkException">The kernel lacks the tunnel's module (EAFNOSUPPORT), or the UDP port is taken (EADDRINUSE).</exception>
    public OvsVport AttachTunnel(
        OvsDatapath datapath,
        string name,
        OvsVportKind kind,
        ushort udpPort,
        params ReadOnlySpan<uint> upcallPids
    ) => Add(datapath, name, kind, udpPort, upcallPids);

    /// <summary>Makes a tunnel with a number, which must be free, or takes over the one that is there.</summary>
    /// <exception cref="NetlinkException">As for <see cref="AttachTunnel"/>.</exception>
    public OvsVport AttachTunnelAs(OvsDatapath datapath, uint number, string name, OvsVportKind kind, ushort udpPort) =>
        Add(datapath, name, kind, udpPort, [], number);

    /// <summary>All ports of a datapath with their counters, in no order.</summary>
    public IReadOnlyList<OvsVport> ReadPorts(OvsDatapath datapath)
    {
        Begin(_vports, VportCommand.Get, datapath.Index);
        return _session.Dump<OvsVport>($"list ports of datapath {datapath.Name}", Of<OvsVport>(_vports, OvsVportMessage.TryParse));
    }

    /// <summary>The port of that name, or null.</summary>
    public OvsVport? FindPort(OvsDatapath datapath, string name)
    {
        Begin(_vports, VportCommand.Get, datapath.Index).WriteText(VportAttribute.Name, name);
        try
        {
            return _session.Get<OvsVport>($"find port {name} of datapath {datapath.Name}", Of<OvsVport>(_vports, OvsVportMessage.TryParse));
        }
        catch (NetlinkException missing) when (missing.Errno == Errno.NoDevice)
        {
            return null;
        }
    }

    /// <summary>Says which sockets take the upcalls of a port.</summary>
    /// <returns>False if the port is gone.</returns>
    public bool DirectUpcalls(OvsDatapath datapath, uint port, params ReadOnlySpan<uint> pids)
    {
        var request = Begin(_vports, VportCommand.Set, datapath.Index);
        request.Write(VportAttribute.PortNo, port);
        WritePids(request, pids);
        return TryExecute(
            string.Create(CultureInfo.InvariantCulture, $"set the upcall sockets of port {port} of datapath {datapath.Name}")
        );
    }

    /// <summary>Takes a port off the datapath: an interface stays, an internal one or a tunnel goes.</summary>
    /// <returns>False if the port is gone already.</returns>
    public bool DetachPort(OvsDatapath datapath, uint port)
    {
        Begin(_vports, VportCommand.Del, datapath.Index).Write(VportAttribute.PortNo, port);
        return TryExecute(string.Create(CultureInfo.InvariantCulture, $"remove port {port} from datapath {datapath.Name}"));
    }

    private OvsVport Add(
        OvsDatapath datapath,
        string name,
        OvsVportKind kind,
        ushort? udpPort,
        ReadOnlySpan<uint> upcallPids,
        uint? chosenNumber = null
    )
    {
        var request = Begin(_vports, VportCommand.New, datapath.Index, NetlinkFlags.Echo);
        request.WriteText(VportAttribute.Name, name);
        request.Write(VportAttribute.Type, (uint)kind);
        if (chosenNumber is { } chosen)
        {
            request.Write(VportAttribute.PortNo, chosen);
        }
        WritePids(request, upcallPids);
        if (udpPort is { } number)
        {
            var options = request.BeginNested(VportAttribute.Options);
            request.Write(TunnelAttribute.DstPort, number);
            request.EndNested(options);
        }
        try
        {
            return _session.Get<OvsVport>($"add {name} to datapath {datapath.Name}", Of<OvsVport>(_vports, OvsVportMessage.TryParse));
        }
        catch (NetlinkException refusal) when (refusal.Errno is Errno.Exists or Errno.Busy)
        {
            return TakeOver(datapath, name, kind, udpPort, upcallPids, refusal);
        }
        catch (NetlinkException refusal) when (AdviceFor(refusal.Errno, kind) is { } advice)
        {
            throw Advised(refusal, advice);
        }
    }

    /// <summary>The kernel wants one at least.</summary>
    private static void WritePids(NetlinkWriter request, ReadOnlySpan<uint> pids) =>
        request.WriteBytes(VportAttribute.UpcallPid, MemoryMarshal.AsBytes(pids.IsEmpty ? [0] : pids));

    /// <summary>The port may be there from before the agent started again.</summary>
    private OvsVport TakeOver(
        OvsDatapath datapath,
        string name,
        OvsVportKind kind,
        ushort? udpPort,
        ReadOnlySpan<uint> upcallPids,
        NetlinkException refusal
    )
    {
        var port = FindPort(datapath, name);
        if (port is null || port.Kind != kind || port.UdpPort != udpPort)
        {
            throw Advised(refusal, AdviceFor(refusal.Errno, kind)!);
        }
        if (upcallPids.IsEmpty)
        {
            return port;
        }
        return DirectUpcalls(datapath, port.Number, upcallPids)
            ? port with
            {
                UpcallPids = upcallPids.ToArray(),
            }
            : throw Advised(refusal, "the port came and went");
    }

    private bool TryExecute(string operation)
    {
        try
        {
            _session.Execute(operation);
            return true;
        }
        catch (NetlinkException missing) when (missing.Errno == Errno.NoDevice)
        {
            return false;
        }
    }

    private static string? AdviceFor(Errno errno, OvsVportKind kind) =>
        errno switch
        {
            Errno.Exists or Errno.Busy or Errno.AddressInUse when kind is OvsVportKind.Vxlan or OvsVportKind.Geneve =>
                "there is another port or interface of that name, or another tunnel on that UDP port",
            Errno.Exists => "there is another port or interface of that name",
            Errno.Busy => "it is in another bridge or datapath, take it out there first",
            Errno.NoDevice => "the interface or the datapath does not exist, or vanished meanwhile",
            Errno.Invalid => "the kernel takes no such interface: loopback, or an internal port of another datapath",
            Errno.FamilyNotSupported =>
                $"the kernel module of the tunnel is not loaded, load it with: modprobe vport-{kind.ToString().ToLowerInvariant()}",
            _ => null,
        };
}
