using Fabric.Bindings;
using Fabric.Devices;

namespace Fabric.Agent.Datapaths;

/// <summary>Which virtual port is behind which datapath port of this host.</summary>
/// <remarks>One an upcall thread, each with all ports of the host; written and read by its thread only.</remarks>
/// <param name="self">This host.</param>
public sealed class PortTable(HostId self = default) : IPortLocations
{
    private readonly Dictionary<PortId, uint> _byVirtual = [];
    private readonly Dictionary<uint, PortId> _byDatapath = [];

    /// <summary>The way to ports of other hosts.</summary>
    public Underlay Underlay { get; } = new(self);

    /// <summary>The virtual ports that are attached here.</summary>
    public IReadOnlyDictionary<PortId, uint> Attached => _byVirtual;

    /// <summary>Enters a pair; one that is entered already stays.</summary>
    public void Add(PortId port, uint datapathPort)
    {
        _byVirtual[port] = datapathPort;
        _byDatapath[datapathPort] = port;
    }

    /// <summary>Takes a pair out.</summary>
    public void Remove(PortId port)
    {
        if (_byVirtual.Remove(port, out var datapathPort))
            _byDatapath.Remove(datapathPort);
    }

    /// <summary>Takes out the pair of a datapath port.</summary>
    public void Remove(uint datapathPort)
    {
        if (_byDatapath.Remove(datapathPort, out var port))
            _byVirtual.Remove(port);
    }

    /// <summary>The virtual port by which packets of a datapath port enter the network; none, the default, if another host has had them enter.</summary>
    public bool TryGetIngress(uint datapathPort, out PortId port) =>
        _byDatapath.TryGetValue(datapathPort, out port) || Underlay.IsTunnel(datapathPort);

    /// <summary>The virtual port behind a datapath port.</summary>
    public bool TryGetVirtual(uint datapathPort, out PortId port) => _byDatapath.TryGetValue(datapathPort, out port);

    /// <inheritdoc/>
    public bool TryFind(PortId port, out PortLocation location)
    {
        var isAttached = _byVirtual.TryGetValue(port, out var datapathPort);
        location = PortLocation.Local(datapathPort);
        return isAttached || Underlay.TryFind(port, out location);
    }
}
