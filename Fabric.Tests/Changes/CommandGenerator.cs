using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Tests.Changes;

/// <summary>Random commands over few ids and few values: many are refused, and what is granted meets what was granted before.</summary>
internal sealed class CommandGenerator(int seed)
{
    private const int Ids = 6;
    private readonly Random _random = new(seed);

    /// <summary>Some of each kind, so that what comes next has something to name.</summary>
    public static IEnumerable<TopologyCommand> Preamble()
    {
        for (var id = 1ul; id <= 2; id++)
        {
            var name = new DeviceName("t", $"n{id}");
            yield return new TopologyCommand.PutDevice(new Host { Id = new HostId(id), Name = new DeviceName("", $"n{id}") });
            yield return new TopologyCommand.PutDevice(new Chain { Id = new ChainId(id), Name = name });
            yield return new TopologyCommand.PutDevice(new AddressSet { Id = new AddressSetId(id), Name = name });
            yield return new TopologyCommand.PutDevice(new PortGroup { Id = new PortGroupId(id), Name = name });
            yield return new TopologyCommand.PutDevice(new Bridge { Id = new BridgeId(id), Name = name });
            yield return new TopologyCommand.PutDevice(new Router { Id = new RouterId(id), Name = name });
        }
    }

    /// <summary>The network after the preamble.</summary>
    public static TopologySnapshot Beginning() =>
        Preamble()
            .Aggregate(
                TopologySnapshot.Empty,
                (topology, command) => TopologyDecisions.Decide(topology, command).Events.Aggregate(topology, TopologyEvolution.Apply)
            );

    public TopologyCommand Next() =>
        _random.Next(21) switch
        {
            0 => new TopologyCommand.DeleteDevice(AnyRef(), AnyVersion()),
            1 or 2 => new TopologyCommand.LinkPorts(new PortId(Id()), new PortId(Id())),
            3 => new TopologyCommand.UnlinkPort(new PortId(Id())),
            4 => new TopologyCommand.BindPort(new PortId(Id()), AnyBinding()),
            5 => new TopologyCommand.InsertRule(new ChainId(Id()), _random.Next(3), AnyRule(), AnyVersion()),
            6 => new TopologyCommand.ReplaceRule(new ChainId(Id()), $"rule{_random.Next(4)}", AnyRule(), AnyVersion()),
            7 => new TopologyCommand.DeleteRule(new ChainId(Id()), $"rule{_random.Next(4)}", AnyVersion()),
            8 => new TopologyCommand.PutRoute(new RouterId(Id()), AnyRoute()),
            9 => new TopologyCommand.DeleteRoute(new RouterId(Id()), $"r{_random.Next(4)}"),
            10 => new TopologyCommand.ChangeAddressSet(new AddressSetId(Id()), [AnyPrefix()], [AnyPrefix()]),
            11 => new TopologyCommand.Batch([
                .. Enumerable.Range(0, _random.Next(5)).Select(_ => Next()).Where(c => c is not TopologyCommand.Batch),
            ]),
            12 => new TopologyCommand.KeyHost(new HostId(Id()), new PeerKey((UInt128)_random.Next(3), default, default, default)),
            13 => new TopologyCommand.LeasePorts(new RouterId(Id()), new HostId(Id()), [new PortWish(AnyAddress(), _random.Next(3))]),
            14 => new TopologyCommand.ReturnPorts(new RouterId(Id()), new HostId(Id()), [new PortBlocks(AnyAddress(), 16, 3)]),
            _ => new TopologyCommand.PutDevice(AnyDevice(), AnyVersion()),
        };

    private ulong Id() => (ulong)_random.Next(1, Ids + 1);

    private bool Coin() => _random.Next(2) == 0;

    private long? AnyVersion() => _random.Next(8) == 0 ? _random.Next(3) : null;

    private DeviceRef AnyRef() => new((DeviceKind)_random.Next(7), Id());

    private ChainId? MaybeChain() => _random.Next(4) == 0 ? new ChainId(Id()) : null;

    private HostBinding? AnyBinding() => Coin() ? new HostBinding(new HostId(Id()), $"eth{_random.Next(3)}") : null;

    private IpAddress AnyAddress() =>
        _random.Next(3) switch
        {
            0 => IpAddress.V4(0x0a000000u + (uint)(_random.Next(4) << 8) + (uint)_random.Next(1, 4)),
            1 => IpAddress.Parse($"fe80::{_random.Next(1, 4)}"),
            _ => IpAddress.Parse($"fd00:0:0:{_random.Next(3)}::{_random.Next(4)}"),
        };

    private IpPrefix AnyPrefix()
    {
        var address = AnyAddress();
        return new IpPrefix(address, address.Width - _random.Next(3) * 8);
    }

    private Device AnyDevice()
    {
        var reference = AnyRef();
        // Mostly a name of its own, at times another's.
        var name = new DeviceName(reference.Kind == DeviceKind.Host ? "" : "t", $"n{(_random.Next(20) == 0 ? Id() : reference.Id)}");
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
                    Enumerable.Range(0, _random.Next(2)).Select(_ => AnyRoute()).Select(route => KeyValuePair.Create(route.Name, route))
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
            Owner = id % 2 == 0 ? new BridgeId(id / 4 + 1) : new RouterId(id / 4 + 1),
            Binding = _random.Next(3) == 0 ? AnyBinding() : null,
            Mac = Coin() || id % 2 == 1 ? new MacAddress((ulong)_random.Next(1, 5)) : null,
            Addresses =
            [
                .. Enumerable
                    .Range(0, _random.Next(3))
                    .Select(_ => AnyAddress())
                    .Select(address => new InterfaceAddress(address, address.Family == IpFamily.V4 ? 24 : 64)),
            ],
            InboundChain = MaybeChain(),
            Groups = _random.Next(4) == 0 ? [new PortGroupId(Id())] : [],
        };

    private Route AnyRoute()
    {
        var destination = AnyPrefix();
        var forwards = _random.Next(4) != 0;
        return new Route
        {
            Name = $"r{_random.Next(4)}",
            Destination = destination,
            Source = IpPrefix.All(destination.Family),
            Kind = forwards ? RouteKind.Forward : RouteKind.Blackhole,
            Port = forwards ? new PortId(Id()) : null,
            Gateway = forwards && Coin() ? AnyAddress() : null,
        };
    }

    private Rule AnyRule()
    {
        var jumps = Coin();
        return new Rule
        {
            Name = $"rule{_random.Next(4)}",
            Action = jumps ? RuleAction.Jump : RuleAction.Accept,
            JumpTo = jumps ? new ChainId(Id()) : null,
            Match = new RuleMatch
            {
                InPorts = _random.Next(4) == 0 ? new Test<PortList>([new PortId(Id())]) : null,
                SourceSet = _random.Next(4) == 0 ? new Test<AddressSetId>(new AddressSetId(Id())) : null,
            },
        };
    }
}
