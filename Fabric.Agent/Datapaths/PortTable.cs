using Fabric.Bindings;
using Fabric.Devices;

namespace Fabric.Agent.Datapaths;

/// <summary>Which virtual port is behind which datapath port of this host.</summary>
/// <remarks>Written and read by the upcall thread only.</remarks>
public sealed class PortTable : IPortLocations
{
    private readonly Dictionary<PortId, uint> byVirtual = [];
    private readonly Dictionary<uint, PortId> byDatapath = [];

    /// <summary>The virtual ports that are attached here.</summary>
    public IReadOnlyDictionary<PortId, uint> Attached => byVirtual;

    /// <summary>Enters a pair.</summary>
    public void Add(PortId port, uint datapathPort)
    {
        byVirtual.Add(port, datapathPort);
        byDatapath.Add(datapathPort, port);
    }

    /// <summary>Takes a pair out.</summary>
    public void Remove(PortId port)
    {
        if (byVirtual.Remove(port, out var datapathPort))
            byDatapath.Remove(datapathPort);
    }

    /// <summary>The virtual port behind a datapath port.</summary>
    public bool TryGetVirtual(uint datapathPort, out PortId port) => byDatapath.TryGetValue(datapathPort, out port);

    /// <inheritdoc/>
    public bool TryFind(PortId port, out PortLocation location)
    {
        var isAttached = byVirtual.TryGetValue(port, out var datapathPort);
        location = isAttached ? PortLocation.Local(datapathPort) : default;
        return isAttached;
    }
}
