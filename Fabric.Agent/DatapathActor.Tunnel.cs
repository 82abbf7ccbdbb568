using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Netlink.Rtnetlink;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent;

/// <content>The tunnel to other hosts, and the flows of what comes out of it.</content>
/// <remarks>The first thread has the tunnel: misses out of it are few, since its flows are installed before packets come.</remarks>
public sealed partial class DatapathActor
{
    /// <summary>Flows that are installed before packets come, at most; packets of others miss once.</summary>
    public const int MaxPrepared = 16_384;

    private static readonly ImmutableArray<ushort> Carried = [EtherType.Ipv4, EtherType.Ipv6, EtherType.Arp];

    private readonly ushort _tunnelUdpPort;
    private ImmutableArray<IpAddress> _tunnelAddresses = [];
    private TopologySnapshot _preparedFor = TopologySnapshot.Empty;
    private uint _tunnel;
    private string? _tunnelFailure;
    private bool _isTunnelGone;
    private ImmutableDictionary<IpAddress, int> _linkMtus = ImmutableDictionary<IpAddress, int>.Empty;
    private ImmutableArray<IpAddress> _mtusOf = [];

    /// <summary>The longest IP packet that passes to every other host, as this host's links are; null if that is not known.</summary>
    public int? TunnelMtu
    {
        get
        {
            var mtus = Volatile.Read(ref _linkMtus);
            return mtus.IsEmpty ? null : mtus.Min(link => Bindings.TunnelMtu.Of(link.Value, link.Key.Family));
        }
    }

    /// <summary>Lists the addresses of this host's links; called on the first upcall thread.</summary>
    public required Func<IReadOnlyList<LinkAddress>> ListAddresses { get; init; }

    /// <summary>A host with addresses on the underlay has a tunnel; one without, a lab of one host, has none.</summary>
    private async Task ReconcileTunnelAsync(List<FlowTag> changed)
    {
        var own = _replica.Topology.Hosts.GetValueOrDefault(_self)?.Underlay ?? [];
        if (own.SequenceEqual(_tunnelAddresses) && _tunnelFailure is null && !_isTunnelGone)
            return;
        try
        {
            var (number, old) = (0u, _tunnel);
            // One that another program took off is made anew, with another number.
            if (own.IsEmpty || _isTunnelGone)
                await _shards[0].On(shard => Done(() => shard.Datapath.RemovePort(old)), _stop.Token);
            _isTunnelGone = false;
            if (!own.IsEmpty)
                number = await _shards[0].On(shard => shard.Datapath.AddTunnel(_tunnelUdpPort, own), _stop.Token);
            await OnEachAsync(shard => Done(() => shard.Parts.Ports.Underlay.TunnelPort = number));
            if (number != 0)
                await _shards[0].On(shard => Done(() => shard.Datapath.Listen(number)), _stop.Token);
            (_tunnel, _tunnelAddresses, _tunnelFailure) = (number, own, null);
            changed.Add(FlowTag.Of(FlowTagKind.Host, _self.Value));
        }
        catch (LinuxException failure)
        {
            // The ports of this host are worth having without the others.
            _tunnelFailure = $"no tunnel to other hosts: {failure.Message}";
            WakeLater();
        }
    }

    /// <summary>Looks which links the underlay addresses are on, and how long packets they take.</summary>
    private async Task ReconcileMtuAsync(List<FlowTag> changed)
    {
        if (!_areLinksChanged && _mtusOf.SequenceEqual(_tunnelAddresses))
            return;
        // Before reading: what changes meanwhile is looked at again.
        _areLinksChanged = false;
        var mtus = ImmutableDictionary<IpAddress, int>.Empty;
        try
        {
            if (!_tunnelAddresses.IsEmpty)
                mtus = await ReadMtusAsync(_tunnelAddresses);
        }
        finally
        {
            // An address that comes later has no word of its own.
            _areLinksChanged |= mtus.Count < _tunnelAddresses.Length;
        }
        _mtusOf = _tunnelAddresses;
        if (mtus.Count == _linkMtus.Count && mtus.All(_linkMtus.Contains))
            return;
        await OnEachAsync(shard => Done(() => shard.Parts.Ports.Underlay.LinkMtus = mtus));
        Volatile.Write(ref _linkMtus, mtus);
        changed.Add(FlowTag.Of(FlowTagKind.Host, _self.Value));
    }

    /// <summary>Asked on an upcall thread, which is in the host's network namespace.</summary>
    private async Task<ImmutableDictionary<IpAddress, int>> ReadMtusAsync(ImmutableArray<IpAddress> own)
    {
        var there = await _shards[0].On(_ => ListAddresses(), _stop.Token);
        return there
            .Where(address => own.Contains(address.Address) && _links.ContainsKey(address.Link))
            .DistinctBy(address => address.Address)
            .ToImmutableDictionary(address => address.Address, address => (int)_links[address.Link].MtuBytes);
    }

    /// <summary>Installs the flows of packets that others may send, so that they pass also while no agent is here.</summary>
    private async Task PrepareAsync(bool isChanged)
    {
        var topology = _replica.Topology;
        var isSame =
            ReferenceEquals(topology.Ports, _preparedFor.Ports)
            && ReferenceEquals(topology.Hosts, _preparedFor.Hosts)
            && ReferenceEquals(topology.TunnelKeys.ByDevice, _preparedFor.TunnelKeys.ByDevice);
        if (_tunnel == 0 || (isSame && !isChanged))
            return;
        _preparedFor = topology;
        FlowKey[] keys = [.. EchoKeys(topology).Concat(ArrivalKeys(topology)).Take(MaxPrepared)];
        await _shards[0]
            .On(
                shard =>
                    Done(() =>
                    {
                        foreach (ref readonly var key in keys.AsSpan())
                            shard.Parts.Path.Prepare(key);
                    }),
                _stop.Token
            );
    }

    /// <summary>Of packets by which others find out whether the way is up. Each asks by the addresses that it would pair.</summary>
    private IEnumerable<FlowKey> EchoKeys(TopologySnapshot topology)
    {
        foreach (var peer in topology.Hosts.Keys.Where(host => host != _self))
        {
            if (Underlay.TryPair(topology, peer, _self, out var source, out _))
                yield return TunnelArrival.KeyOf(_tunnel, TunnelKeys.Liveness, source, EtherTypeOf(source.Family));
        }
    }

    private static ushort EtherTypeOf(IpFamily family) => family == IpFamily.V4 ? EtherType.Ipv4 : EtherType.Ipv6;

    private IEnumerable<FlowKey> ArrivalKeys(TopologySnapshot topology)
    {
        var devices = _attached.Keys.SelectMany(port =>
            topology.Ports.TryGetValue(port, out var found) ? [port, found.Owner] : Array.Empty<DeviceRef>()
        );
        foreach (var device in devices.Distinct().Where(device => topology.TunnelKeys.Of(device) != 0))
        {
            foreach (var peer in topology.Hosts.Keys.Where(host => host != _self))
            {
                if (!Underlay.TryPair(topology, peer, _self, out var source, out _))
                    continue;
                foreach (var type in Carried)
                    yield return TunnelArrival.KeyOf(_tunnel, topology.TunnelKeys.Of(device), source, type);
            }
        }
    }
}
