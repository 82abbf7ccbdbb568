using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>The commands that make a network look as described.</summary>
/// <remarks>
/// Every command must find what it names, and devices name each other in circles: a port its chain, a rule of the chain that port.
/// So chains and routers are first made bare, and get their rules and routes when everything is there; what goes is made bare before
/// anything is deleted.
/// </remarks>
public sealed class DescriptionPlan
{
    private readonly TopologySnapshot _topology;
    private readonly Dictionary<DeviceRef, Device> _wanted;
    private readonly ImmutableArray<TopologyCommand>.Builder _commands = ImmutableArray.CreateBuilder<TopologyCommand>();

    private DescriptionPlan(TopologySnapshot topology, IEnumerable<Device> wanted)
    {
        _topology = topology;
        _wanted = wanted.ToDictionary(device => device.Ref);
    }

    /// <summary>Plans the way from a network to a description.</summary>
    /// <param name="topology">The network.</param>
    /// <param name="wanted">The described devices, with the ids of those that exist.</param>
    /// <param name="isPruning">What is not described is deleted; else it stays as it is.</param>
    public static TopologyCommand.Batch Make(TopologySnapshot topology, IEnumerable<Device> wanted, bool isPruning)
    {
        var plan = new DescriptionPlan(topology, wanted);
        var doomed = isPruning ? TopologyAssembly.DevicesOf(topology).Where(device => !plan._wanted.ContainsKey(device.Ref)).ToList() : [];
        plan.Unlink(doomed);
        plan.Put();
        plan.Link();
        plan.Delete(doomed);
        return new TopologyCommand.Batch(plan._commands.DrainToImmutable());
    }

    /// <summary>Undoes the links that are not wanted, so that their ports are free for others.</summary>
    private void Unlink(List<Device> doomed)
    {
        var gone = doomed.Select(device => device.Ref).ToHashSet();
        var undone = new HashSet<PortId>();
        foreach (var port in _topology.Ports.Values.OrderBy(port => port.Id))
        {
            if (port.Peer is not { } peer || undone.Contains(port.Id))
                continue;
            var isKept = !gone.Contains(port.Ref) && (_wanted.GetValueOrDefault(port.Ref) is not Port wanted || wanted.Peer == peer);
            if (isKept && !gone.Contains(peer) && (_wanted.GetValueOrDefault(peer) is not Port other || other.Peer == port.Id))
                continue;
            _commands.Add(new TopologyCommand.UnlinkPort(port.Id));
            undone.Add(port.Id);
            undone.Add(peer);
        }
    }

    private void Put()
    {
        Put(DeviceKind.Host, DeviceKind.PortGroup, DeviceKind.AddressSet);
        foreach (var device in Changed(DeviceKind.Chain, DeviceKind.Router))
        {
            if (_topology.Find(device.Ref) is null)
                _commands.Add(new TopologyCommand.PutDevice(Bare(device)));
        }
        Put(DeviceKind.Bridge, DeviceKind.Port, DeviceKind.Chain, DeviceKind.Router);
    }

    private void Put(params ReadOnlySpan<DeviceKind> kinds)
    {
        foreach (var device in Changed(kinds))
        {
            var isBareAnyway = _topology.Find(device.Ref) is null && Bare(device) == device && device is Chain or Router;
            if (!isBareAnyway)
                _commands.Add(new TopologyCommand.PutDevice(device));
        }
    }

    private List<Device> Changed(params ReadOnlySpan<DeviceKind> kinds)
    {
        var changed = new List<Device>();
        foreach (var kind in kinds)
            changed.AddRange(_wanted.Values.Where(device => device.Ref.Kind == kind && !IsAsWanted(device)).OrderBy(device => device.Name));
        return changed;
    }

    /// <summary>Nothing is to be put; links are another matter.</summary>
    private bool IsAsWanted(Device wanted) =>
        _topology.Find(wanted.Ref) switch
        {
            null => false,
            Port now => now == (Port)wanted with { Version = now.Version, Peer = now.Peer },
            var now => now == wanted with { Version = now.Version },
        };

    private void Link()
    {
        foreach (var port in _wanted.Values.OfType<Port>().OrderBy(port => port.Name))
        {
            var isFirst = port.Peer is { } peer && port.Name.CompareTo(_wanted[peer].Name) < 0;
            if (isFirst && _topology.Ports.GetValueOrDefault(port.Id)?.Peer != port.Peer)
                _commands.Add(new TopologyCommand.LinkPorts(port.Id, port.Peer!.Value));
        }
    }

    private void Delete(List<Device> doomed)
    {
        foreach (var device in doomed)
        {
            if (Bare(device) != device)
                _commands.Add(new TopologyCommand.PutDevice(Bare(device)));
        }
        DeviceKind[] order =
        [
            DeviceKind.Port,
            DeviceKind.Bridge,
            DeviceKind.Router,
            DeviceKind.Chain,
            DeviceKind.AddressSet,
            DeviceKind.PortGroup,
            DeviceKind.Host,
        ];
        foreach (var kind in order)
        {
            foreach (var device in doomed.Where(device => device.Ref.Kind == kind).OrderBy(device => device.Name))
                _commands.Add(new TopologyCommand.DeleteDevice(device.Ref));
        }
    }

    /// <summary>The device without what it names beyond its owner.</summary>
    private static Device Bare(Device device) =>
        device switch
        {
            Chain chain => chain with { Rules = [] },
            Router router => router with { Routes = router.Routes.Clear(), InboundChain = null, OutboundChain = null },
            _ => device,
        };
}
