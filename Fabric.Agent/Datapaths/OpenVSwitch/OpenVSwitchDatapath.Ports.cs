using Fabric.Addresses;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <content>Interfaces that are attached.</content>
public sealed partial class OpenVSwitchDatapath
{
    /// <summary>How often it is looked whether other programs have taken ports off.</summary>
    private static readonly TimeSpan PortCheckInterval = TimeSpan.FromSeconds(2);

    /// <summary>The tunnel, and the interface that the kernel makes for it; one a network namespace, as the datapath.</summary>
    private const string TunnelName = "fabric-vxlan";

    private readonly Dictionary<uint, OvsPort> _ports = [];
    private long _portsChecked;

    /// <inheritdoc/>
    public uint AddPort(string interfaceName) => Add(_control.AttachPortAs(_datapath, FreeNumber(), interfaceName));

    /// <inheritdoc/>
    /// <remarks>The kernel's tunnel listens at every address of the host, and finds the outer source port from the hash of what is inside.</remarks>
    public uint AddTunnel(ushort udpPort, IReadOnlyList<IpAddress> own) =>
        Add(_control.AttachTunnelAs(_datapath, FreeNumber(), TunnelName, OvsVportKind.Vxlan, udpPort));

    /// <inheritdoc/>
    public void Listen(uint port)
    {
        if (_dispatch == UpcallDispatch.Processor || !_ports.TryGetValue(port, out var found) || found.Socket is not null)
            return;
        var socket = OvsUpcallSocket.Open();
        try
        {
            _pollSet.Add(socket.Descriptor, port);
            _control.DirectUpcalls(_datapath, port, socket.NetlinkPort);
            found.Socket = socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void RemovePort(uint port)
    {
        if (!_ports.Remove(port, out var removed))
            return;
        _control.DetachPort(_datapath, port);
        _queue.Remove(removed);
        if (removed.Socket is null)
            return;
        _pollSet.Remove(removed.Socket.Descriptor);
        removed.Socket.Dispose();
    }

    /// <inheritdoc/>
    /// <remarks>The kernel detaches a port with its interface, which whoever watches the interfaces tells sooner; but ovs-dpctl leaves the interface.</remarks>
    public void TakeVanishedPorts(ICollection<uint> ports)
    {
        if (_ports.Count == 0 || _clock.GetElapsedTime(_portsChecked) < PortCheckInterval)
            return;
        _portsChecked = _clock.GetTimestamp();
        var there = _control.ReadPorts(_datapath).Select(vport => vport.Number).ToHashSet();
        foreach (var port in _ports.Keys)
        {
            if (!there.Contains(port))
                ports.Add(port);
        }
    }

    /// <inheritdoc/>
    public void DetachLeftovers(IReadOnlyCollection<uint> claimed)
    {
        foreach (var vport in _control.ReadPorts(_datapath))
        {
            if (vport.Number != OvsFormat.LocalPort && !claimed.Contains(vport.Number))
                _control.DetachPort(_datapath, vport.Number);
        }
    }

    /// <inheritdoc/>
    public void GetPortCounters(ICollection<PortCounters> counters)
    {
        foreach (var vport in _control.ReadPorts(_datapath))
        {
            if (_ports.ContainsKey(vport.Number))
                counters.Add(CountersOf(vport));
        }
    }

    private uint Add(OvsVport vport)
    {
        _ports.TryAdd(vport.Number, new OvsPort(vport.Number));
        return vport.Number;
    }

    private uint FreeNumber()
    {
        var taken = _control.ReadPorts(_datapath).Select(vport => vport.Number).ToHashSet();
        var chosen = _numbers.Next();
        while (taken.Contains(chosen))
            chosen = _numbers.Next();
        return chosen;
    }

    private static PortCounters CountersOf(OvsVport vport)
    {
        var counters = vport.Counters;
        return new PortCounters(
            vport.Number,
            vport.Name,
            counters.IngressPackets,
            counters.IngressBytes,
            counters.EgressPackets,
            counters.EgressBytes,
            counters.EgressDropped,
            counters.IngressDropped
        );
    }
}
