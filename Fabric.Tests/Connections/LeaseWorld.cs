using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Tests.Connections;

/// <summary>Hosts that translate sources at one router to the same addresses, each with its own connections and its own, late copy of the description.</summary>
/// <remarks>They ask for ports as agents do, by <see cref="PortLeasePlan"/>; the order of all that happens is the seed's.</remarks>
internal sealed class LeaseWorld
{
    private static readonly RouterId Edge = new(1);
    private static readonly PortId Uplink = new(1);
    private static readonly byte[] Protocols = [IpProtocol.Udp, IpProtocol.Tcp, IpProtocol.Icmp, IpProtocol.Sctp];

    private readonly Random _random;
    private readonly List<TopologySnapshot> _past = [];
    private readonly List<Node> _nodes = [];
    private readonly bool _isWide;
    private readonly bool _isLeased;
    private TimeSpan _now;
    private ulong _lastHost;

    /// <param name="seed">Of all that happens.</param>
    /// <param name="isLeased">False: hosts give any port, as if there were no other.</param>
    public LeaseWorld(int seed, bool isLeased = true)
    {
        _isLeased = isLeased;
        _random = new Random(seed);
        _isWide = _random.Next(2) == 0;
        _past.Add(TopologySnapshot.Empty);
        Do(new TopologyCommand.PutDevice(RouterWith(default, 0)));
        Do(
            new TopologyCommand.PutDevice(
                new Port
                {
                    Id = Uplink,
                    Name = new DeviceName("t", "uplink"),
                    Owner = Edge,
                    Mac = new MacAddress(0x02_00_00_00_00_01),
                    Addresses = [new InterfaceAddress(IpAddress.Parse("192.0.2.1"), 24)],
                }
            )
        );
        ChangeRule();
        for (var i = _random.Next(2, 5); i > 0; i--)
            AddHost();
    }

    /// <summary>Connections that were begun.</summary>
    public int Begun { get; private set; }

    /// <summary>Connections for which no port was there.</summary>
    public int Refused { get; private set; }

    /// <summary>Ports that were given back.</summary>
    public int Returned { get; private set; }

    private TopologySnapshot Head => _past[^1];

    /// <summary>One random thing happens.</summary>
    public void Step()
    {
        _now += TimeSpan.FromSeconds(_random.Next(4));
        foreach (var node in _nodes)
            node.Table.Expire(_now, int.MaxValue, []);
        var any = _nodes.Count == 0 ? null : _nodes[_random.Next(_nodes.Count)];
        switch (_random.Next(100))
        {
            case 0 when _nodes.Count < 6:
                AddHost();
                break;
            case 1 when _nodes.Count > 1:
                Remove(any!);
                break;
            case 2:
                ChangeRule();
                break;
            case < 12:
                Lease(any!);
                break;
            case < 30:
                any!.Seen = _random.Next(any.Seen, _past.Count);
                break;
            default:
                Begin(any!);
                break;
        }
    }

    /// <summary>What is wrong, or null: two stations that answers could not be told apart for, or a host that answers come to twice.</summary>
    public string? Fault()
    {
        var owners = new Dictionary<(byte, IpAddress, ushort, IpAddress, ushort), (Node Node, ConnectionKey Forward)>();
        foreach (var node in _nodes)
        {
            var all = new List<Connection>();
            node.Table.CopyTo(all);
            foreach (var connection in all)
            {
                var back = connection.Return;
                var key = (back.Protocol, back.Source, back.SourcePort, back.Destination, back.DestinationPort);
                if (!owners.TryAdd(key, (node, connection.Forward)))
                    return $"{back} is answered to {owners[key].Forward} at {owners[key].Node.Host} and {connection.Forward} at {node.Host}";
            }
        }
        return null;
    }

    /// <summary>All connections end; all hosts come to know all and ask for what they need, until nobody asks for more.</summary>
    public void Settle()
    {
        _now += TimeSpan.FromDays(1);
        _nodes.ForEach(node => node.Table.Expire(_now, int.MaxValue, []));
        for (var i = 0; i < 20; i++)
            _nodes.ForEach(Lease);
    }

    /// <summary>Each host has something of each address.</summary>
    public bool HasEachItsPart() =>
        _nodes.TrueForAll(node =>
            OutsidePorts.AddressesOf(Head, Head.Routers[Edge]).All(address => !HeldBy(node).Of(Edge, address).IsEmpty)
        );

    private void AddHost()
    {
        var host = new HostId(++_lastHost);
        Do(new TopologyCommand.PutDevice(new Host { Id = host, Name = new DeviceName("", $"h{host.Value}") }));
        _nodes.Add(new Node(host, new ConnectionTable(ConnectionLimits.Usual, seed: host.Value)) { Seen = _past.Count - 1 });
    }

    /// <summary>A host that has left is deleted, and all that it knew is lost.</summary>
    private void Remove(Node node)
    {
        _nodes.Remove(node);
        Do(new TopologyCommand.DeleteDevice(node.Host));
    }

    private void ChangeRule() => Do(new TopologyCommand.PutDevice(RouterWith(_random.Next(3), _random.Next(3))));

    private Router RouterWith(int ports, int addresses) =>
        new()
        {
            Id = Edge,
            Name = new DeviceName("t", "edge"),
            Nat =
                _past.Count < 3
                    ? Router.NoNat
                    : Router.NoNat.Add(
                        "out",
                        new NatRule
                        {
                            Name = "out",
                            Kind = NatKind.Source,
                            Port = Uplink,
                            Outside = new AddressRange(IpAddress.Parse("203.0.113.1"), IpAddress.Parse($"203.0.113.{1 + addresses}")),
                            Ports = _isWide ? null : new PortRange((ushort)(40_000 + ports * 100), (ushort)(40_511 + ports * 150)),
                        }
                    ),
        };

    /// <summary>Asks for more and gives back what is too many, in the order that agents keep.</summary>
    private void Lease(Node node)
    {
        node.Seen = Math.Max(node.Seen, _past.Count - 1 - _random.Next(3));
        var topology = _past[node.Seen];
        if (!topology.Routers.TryGetValue(Edge, out var router) || !topology.Hosts.ContainsKey(node.Host))
            return;
        var use = new PortUse(topology.PortLeases.BlocksOf(Edge, node.Host).Select(some => ((DeviceRef)Edge, some.Address)).Distinct());
        node.Table.NoteUse(0, int.MaxValue / 2, use);
        var step = new PortLeasePlan(topology, node.Host, use, node.Parts).Of(router, _nodes.Count, new HashSet<IpAddress>());
        if (!step.Wishes.IsEmpty && Do(new TopologyCommand.LeasePorts(Edge, node.Host, step.Wishes)))
            node.Seen = _past.Count - 1;
        node.Leaving.Clear();
        foreach (var some in step.Leaving)
            node.Leaving.UnionWith(Enumerable.Range(some.First, some.Count).Select(block => (Edge, some.Address, block)));
        var empty = node.Leaving.Where(one => !use.IsUsed(Edge, one.Address, one.Block)).ToArray();
        if (empty.Length == 0)
            return;
        Do(new TopologyCommand.ReturnPorts(Edge, node.Host, [.. empty.Select(one => new PortBlocks(one.Address, one.Block, 1))]));
        Returned += empty.Length * PortBlocks.Size;
        node.Seen = _past.Count - 1;
    }

    private void Begin(Node node)
    {
        var topology = _past[node.Seen];
        if (!topology.Routers.TryGetValue(Edge, out var router) || router.Nat.IsEmpty)
            return;
        var rule = router.Nat.Values.First();
        var protocol = Protocols[_random.Next(Protocols.Length)];
        var hasPorts = TranslationPorts.HasPorts(protocol);
        var forward = new ConnectionKey(
            Edge,
            protocol,
            IpAddress.Parse($"10.0.{node.Host.Value}.{_random.Next(1, 4)}"),
            IpAddress.Parse($"198.51.100.{_random.Next(1, 3)}"),
            hasPorts ? (ushort)_random.Next(1024, 60_000) : (ushort)8,
            hasPorts ? (ushort)53 : (ushort)0,
            IsTranslated: true
        );
        if (node.Table.TryTranslate(forward, out _, out _))
            return;
        var share = new PortShare(_random.Next(node.Parts), node.Parts) { Held = _isLeased ? HeldBy(node) : null };
        var connections = new LeasedConnections(node.Table, share);
        var ports = rule.Ports ?? OutsidePorts.Usual;
        var isChosen = TranslationPorts.TryChoose(
            connections,
            forward,
            (forward.Destination, forward.DestinationPort),
            rule.Outside!.Value,
            ports,
            out var back
        );
        if (!isChosen && protocol == IpProtocol.Icmp)
        {
            var identifier = (ushort)_random.Next(65_536);
            var address = TranslationPorts.AddressOf(forward.Source, rule.Outside.Value);
            back = forward.ReverseAt(Edge) with
            {
                Destination = address,
                SourcePort = TranslationPorts.ByIdentifier,
                DestinationPort = identifier,
            };
            forward = forward with { SourcePort = identifier, DestinationPort = TranslationPorts.ByIdentifier };
            isChosen =
                !node.Table.TryFind(forward, out _)
                && TranslationPorts.TryChooseIdentifier(connections, new PortRange(0, ushort.MaxValue), share, ref back);
        }
        if (!isChosen)
        {
            Refused++;
            return;
        }
        share.Held?.Allows(back).ShouldBeTrue($"{back}");
        node.Table.Open(forward, back, Uplink, default, _now, [], out _);
        Begun++;
    }

    private HeldPorts HeldBy(Node node) => HeldPorts.Of(_past[node.Seen].PortLeases, node.Host, [Edge], node.Leaving);

    private bool Do(TopologyCommand command)
    {
        var decision = TopologyDecisions.Decide(Head, command);
        if (!decision.IsAccepted || decision.Events.IsEmpty)
            return decision.IsAccepted;
        _past.Add(decision.Events.Aggregate(Head, TopologyEvolution.Apply) with { Position = Head.Position + 1 });
        return true;
    }

    private sealed record Node(HostId Host, ConnectionTable Table)
    {
        public int Parts { get; } = 1 + (int)(Host.Value % 3);

        /// <summary>Blocks in which nothing more begins.</summary>
        public HashSet<(RouterId Router, IpAddress Address, int Block)> Leaving { get; } = [];

        /// <summary>Which of the past descriptions it has.</summary>
        public int Seen { get; set; }
    }
}
