using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Devices;

namespace Fabric.Tests.World;

/// <summary>All that a host's decisions rest on, at one moment.</summary>
/// <param name="Topology">The description.</param>
/// <param name="Learned">The learned facts.</param>
/// <param name="Attached">The ports that are attached.</param>
/// <param name="Tunnel">The port of the tunnel.</param>
/// <param name="LinkMtus">The MTUs of the underlay's links.</param>
internal sealed record Moment(
    TopologySnapshot Topology,
    LearnedSnapshot Learned,
    ImmutableSortedDictionary<PortId, uint> Attached,
    uint Tunnel,
    IReadOnlyDictionary<IpAddress, int> LinkMtus
)
{
    /// <summary>The same ports are attached.</summary>
    public bool HasPortsOf(PortTable ports) =>
        Tunnel == ports.Underlay.TunnelPort
        && ReferenceEquals(LinkMtus, ports.Underlay.LinkMtus)
        && Attached.Count == ports.Attached.Count
        && ports.Attached.All(port => Attached.TryGetValue(port.Key, out var number) && number == port.Value);

    /// <summary>Finds where ports are, at a host.</summary>
    public PortTable Locate(HostId self)
    {
        var ports = new PortTable(self);
        foreach (var (port, number) in Attached)
            ports.Add(port, number);
        (ports.Underlay.TunnelPort, ports.Underlay.LinkMtus) = (Tunnel, LinkMtus);
        return ports;
    }
}
