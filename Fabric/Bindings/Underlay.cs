using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Bindings;

/// <summary>How one host reaches the ports of others: by their keys, through tunnels between underlay addresses.</summary>
/// <remarks>
/// Pure but for its working memory, which is one thread's. The decision that asks is left a tag for each host looked up; for the port it has one
/// from simulation.
/// </remarks>
/// <param name="self">This host.</param>
public sealed class Underlay(HostId self)
{
    private readonly Dictionary<BridgeId, Dictionary<HostId, int>> _floodSizes = [];
    private TopologySnapshot _topology = TopologySnapshot.Empty;
    private SimulationScratch? _decided;

    /// <summary>This host's datapath port for tunnels; 0 while there is none.</summary>
    public uint TunnelPort { get; set; }

    /// <summary>The MTU of the links that this host's underlay addresses are on, as far as it is known; whoever changes it touches this host's tag.</summary>
    public IReadOnlyDictionary<IpAddress, int> LinkMtus { get; set; } = ImmutableDictionary<IpAddress, int>.Empty;

    /// <summary>The outer header has the DSCP of the inner one (RFC 2983, section 3.1), by which routers of the underlay tell packets apart.</summary>
    /// <remarks>Packets that differ in it then have flows of their own. Set before the first decision.</remarks>
    public bool CopiesDscp { get; set; }

    /// <summary>A packet of this datapath port comes from another host.</summary>
    public bool IsTunnel(uint datapathPort) => TunnelPort != 0 && datapathPort == TunnelPort;

    /// <summary>Begins with another decision.</summary>
    /// <param name="topology">The description that it was made by.</param>
    /// <param name="decided">Where tags go.</param>
    public void Begin(TopologySnapshot topology, SimulationScratch decided)
    {
        (_topology, _decided) = (topology, decided);
        _floodSizes.Clear();
    }

    /// <summary>Finds the way to a port of another host.</summary>
    /// <returns>False if it is no other host's, has no key, or the hosts have no addresses of one version of IP.</returns>
    public bool TryFind(PortId id, out PortLocation location)
    {
        location = default;
        if (!_topology.Ports.TryGetValue(id, out var port) || port.Binding is not { } binding || binding.Host == self)
            return false;
        _decided?.Tag(FlowTag.Of(FlowTagKind.Host, self.Value));
        _decided?.Tag(FlowTag.Of(FlowTagKind.Host, binding.Host.Value));
        var key = _topology.TunnelKeys.Of(id);
        if (TunnelPort == 0 || key == 0 || !TryPair(_topology, self, binding.Host, out var source, out var destination))
            return false;
        location = PortLocation.Remote(TunnelPort, key, source, destination, TunnelOptionsOf(source.Family)) with
        {
            FloodKey = IsReachedByFlood(port) ? _topology.TunnelKeys.Of(port.Owner) : 0,
            MaxFrameBytes = LinkMtus.TryGetValue(source, out var mtu) ? TunnelMtu.MaxFrameBytes(mtu, source.Family) : (ushort)0,
            FloodSize = IsReachedByFlood(port) ? FloodSize(port.Owner.AsBridge, binding.Host) : 0,
        };
        return true;
    }

    /// <summary>Sends a packet back to whence it came, as an answer.</summary>
    /// <param name="peer">The address of the peer.</param>
    /// <param name="tunnel">How it is encapsulated.</param>
    /// <returns>False if this host has no address of that version of IP.</returns>
    public bool TryReturn(IpAddress peer, out FlowAction tunnel)
    {
        _decided?.Tag(FlowTag.Of(FlowTagKind.Host, self.Value));
        foreach (var own in _topology.Hosts.GetValueOrDefault(self)?.Underlay ?? [])
        {
            if (own.Family != peer.Family)
                continue;
            tunnel = FlowAction.SetTunnel(TunnelKeys.LivenessAnswer, own, peer, TunnelOptionsOf(own.Family));
            return true;
        }
        tunnel = default;
        return false;
    }

    /// <summary>The first own address that the other host has one of the same version for, and that host's first of it.</summary>
    public static bool TryPair(TopologySnapshot topology, HostId self, HostId other, out IpAddress source, out IpAddress destination)
    {
        foreach (var own in topology.Hosts.GetValueOrDefault(self)?.Underlay ?? [])
        {
            foreach (var theirs in topology.Hosts.GetValueOrDefault(other)?.Underlay ?? [])
            {
                if (own.Family != theirs.Family)
                    continue;
                (source, destination) = (own, theirs);
                return true;
            }
        }
        (source, destination) = (default, default);
        return false;
    }

    /// <summary>How packets between two addresses are encapsulated, and what one that arrives says of it.</summary>
    /// <remarks>RFC 7348, section 5: the UDP checksum should be zero. Over IPv6 it is there (RFC 8200, section 8.1), for the key stands in no other.</remarks>
    public static TunnelOptions TunnelOptionsOf(IpFamily family) =>
        new(
            TunnelFlags.Key
                | TunnelFlags.DontFragment
                | (family == IpFamily.V6 ? TunnelFlags.Ipv6 | TunnelFlags.Checksum : TunnelFlags.None),
            0,
            64
        );

    /// <summary>A port's host gives it what comes under the key of its bridge's floods.</summary>
    /// <remarks>Not if it has a chain for packets that leave: those may ask for the port that a packet entered by, which the port's host does not know.</remarks>
    public static bool IsReachedByFlood(Port port) =>
        port is { IsBridgePort: true, IsAdminUp: true, IsExterior: true, OutboundChain: null, Binding: not null };

    private int FloodSize(BridgeId bridge, HostId host)
    {
        if (!_floodSizes.TryGetValue(bridge, out var sizes))
        {
            _floodSizes.Add(bridge, sizes = []);
            foreach (var id in _topology.BridgeIndexes.GetValueOrDefault(bridge, BridgeIndex.Empty).Ports)
            {
                if (_topology.Ports.TryGetValue(id, out var port) && IsReachedByFlood(port))
                    sizes[port.Binding!.Value.Host] = sizes.GetValueOrDefault(port.Binding.Value.Host) + 1;
            }
        }
        return sizes.GetValueOrDefault(host);
    }
}
