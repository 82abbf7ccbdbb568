using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Changes;

/// <summary>Random events over few ids and few values, so that they meet: about things that exist, do not exist, or contradict each other.</summary>
internal sealed class EventGenerator(int seed)
{
    private const int Ids = 4;
    private readonly Random _random = new(seed);
    private int _names;

    /// <summary>Every address that an event may name.</summary>
    public static IEnumerable<IpAddress> Addresses =>
        Enumerable
            .Range(0, 4)
            .SelectMany(i =>
                new[] { IpAddress.V4(0x0a000000u + (uint)i), IpAddress.Parse($"fe80::{i + 1}"), IpAddress.Parse($"fd00::{i + 1}") }
            );

    public TopologyEvent Next(TopologySnapshot topology) =>
        _random.Next(16) switch
        {
            0 => new TopologyEvent.DeviceDeleted(AnyRef()),
            1 => new TopologyEvent.RuleInserted(new ChainId(Id()), _random.Next(4), AnyRule()),
            2 => new TopologyEvent.RuleReplaced(new ChainId(Id()), _random.Next(4), AnyRule()),
            3 => new TopologyEvent.RuleDeleted(new ChainId(Id()), _random.Next(4)),
            4 => new TopologyEvent.RoutePut(new RouterId(Id()), AnyRoute()),
            5 => new TopologyEvent.RouteDeleted(new RouterId(Id()), $"r{_random.Next(3)}"),
            6 => new TopologyEvent.AddressSetChanged(new AddressSetId(Id()), [AnyPrefix()], [AnyPrefix()]),
            7 => new TopologyEvent.DeviceUpdated(AnyDevice(topology)),
            // A device has a key once, and no two have the same: what is decided is so.
            12 when new PortId(Id()) is var port && topology.TunnelKeys.Of(port) == 0 => new TopologyEvent.TunnelKeyGiven(
                port,
                FreeKey(topology)
            ),
            13 => new TopologyEvent.HostKeyed(new HostId(Id()), AnyKey()),
            14 => new TopologyEvent.PortsLeased(new RouterId(Id()), new HostId(Id()), [AnyBlocks()]),
            15 => new TopologyEvent.PortsReturned(new RouterId(Id()), new HostId(Id()), [AnyBlocks()]),
            8 or 9 => AnyLink(topology),
            _ => new TopologyEvent.DeviceCreated(AnyDevice(topology)),
        };

    private static uint FreeKey(TopologySnapshot topology) => topology.TunnelKeys.TryFindFree(default, out var key) ? key : 0;

    private PeerKey AnyKey() => new((UInt128)_random.Next(1, 3), default, default, default);

    private PortBlocks AnyBlocks() => new(AnyAddress(), _random.Next(-1, 1025), _random.Next(5));

    private ulong Id() => (ulong)_random.Next(1, Ids + 1);

    private bool Coin() => _random.Next(2) == 0;

    private DeviceRef AnyRef() => new((DeviceKind)_random.Next(7), Id());

    private ChainId? MaybeChain() => Coin() ? new ChainId(Id()) : null;

    private IpAddress AnyAddress() => Addresses.ElementAt(_random.Next(12));

    private IpPrefix AnyPrefix()
    {
        var address = AnyAddress();
        return new IpPrefix(address, address.Width - _random.Next(3));
    }

    /// <summary>One half of a link: the events of a whole one, and of a broken one, come one by one.</summary>
    private TopologyEvent AnyLink(TopologySnapshot topology)
    {
        var port = topology.Ports.GetValueOrDefault(new PortId(Id()));
        if (port is null)
            return new TopologyEvent.DeviceCreated(AnyDevice(topology));
        var other = topology.Ports.Values.FirstOrDefault(known => known.Peer == port.Id)?.Id ?? new PortId(Id());
        return new TopologyEvent.DeviceUpdated(port with { Peer = other });
    }

    /// <summary>A new device, or one that exists with its name or another.</summary>
    private Device AnyDevice(TopologySnapshot topology)
    {
        var reference = AnyRef();
        var name = Coin() && topology.Find(reference) is { } known ? known.Name : new DeviceName("t", $"n{_names++}");
        return reference.Kind switch
        {
            DeviceKind.Port => AnyPort(reference.Id, name),
            DeviceKind.Bridge => new Bridge
            {
                Id = new BridgeId(reference.Id),
                Name = name,
                InboundChain = MaybeChain(),
            },
            DeviceKind.Router => new Router
            {
                Id = new RouterId(reference.Id),
                Name = name,
                OutboundChain = MaybeChain(),
                Routes = Router.NoRoutes.SetItems(
                    Enumerable.Range(0, _random.Next(3)).Select(_ => AnyRoute()).Select(route => KeyValuePair.Create(route.Name, route))
                ),
            },
            DeviceKind.Chain => new Chain
            {
                Id = new ChainId(reference.Id),
                Name = name,
                Rules = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => AnyRule())],
            },
            DeviceKind.AddressSet => new AddressSet
            {
                Id = new AddressSetId(reference.Id),
                Name = name,
                Members = [AnyPrefix()],
            },
            DeviceKind.PortGroup => new PortGroup { Id = new PortGroupId(reference.Id), Name = name },
            DeviceKind.Host => new Host
            {
                Id = new HostId(reference.Id),
                Name = name,
                Underlay = [AnyAddress()],
            },
        };
    }

    private Port AnyPort(ulong id, DeviceName name) =>
        new()
        {
            Id = new PortId(id),
            Name = name,
            Owner = Coin() ? new BridgeId(Id()) : new RouterId(Id()),
            Peer = Coin() ? new PortId(Id()) : null,
            Binding = Coin() ? new HostBinding(new HostId(Id()), "eth0") : null,
            Mac = Coin() ? new MacAddress((ulong)_random.Next(1, 4)) : null,
            Addresses =
            [
                .. Enumerable
                    .Range(0, _random.Next(3))
                    .Select(_ => AnyAddress())
                    .Select(address => new InterfaceAddress(address, address.Width - _random.Next(2) * 8)),
            ],
            InboundChain = MaybeChain(),
            Groups = Coin() ? [new PortGroupId(Id())] : [],
        };

    private Route AnyRoute()
    {
        var destination = AnyPrefix();
        return new Route
        {
            Name = $"r{_random.Next(3)}",
            Destination = destination,
            Source = IpPrefix.All(destination.Family),
            Port = Coin() ? new PortId(Id()) : null,
        };
    }

    private Rule AnyRule() =>
        new()
        {
            Name = $"rule{_names++}",
            Action = Coin() ? RuleAction.Jump : RuleAction.Accept,
            JumpTo = MaybeChain(),
            Match = new RuleMatch
            {
                InPorts = Coin() ? new Test<PortList>([new PortId(Id()), new PortId(Id())]) : null,
                SourceSet = Coin() ? new Test<AddressSetId>(new AddressSetId(Id())) : null,
            },
        };
}
