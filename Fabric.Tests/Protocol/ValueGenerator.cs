using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Tests.Protocol;

/// <summary>Random values of everything that has bytes, legal or not: the codec carries what it is given.</summary>
internal sealed class ValueGenerator(int seed)
{
    private readonly Random _random = new(seed);

    public JournalEntry Entry() => new(_random.NextInt64(), Time(), Text(), Text(), new RequestId(Bits()), Some(Event));

    public TopologyEvent Event() =>
        _random.Next(13) switch
        {
            0 => new TopologyEvent.DeviceCreated(Device()),
            1 => new TopologyEvent.DeviceUpdated(Device()),
            2 => new TopologyEvent.DeviceDeleted(Ref()),
            3 => new TopologyEvent.RuleInserted(new ChainId(Id()), _random.Next(), Rule()),
            4 => new TopologyEvent.RuleReplaced(new ChainId(Id()), _random.Next(), Rule()),
            5 => new TopologyEvent.RuleDeleted(new ChainId(Id()), _random.Next(300)),
            6 => new TopologyEvent.RoutePut(new RouterId(Id()), Route()),
            7 => new TopologyEvent.RouteDeleted(new RouterId(Id()), Text()),
            8 => new TopologyEvent.TunnelKeyGiven(Ref(), (uint)_random.Next(1 << 24)),
            9 => new TopologyEvent.HostKeyed(new HostId(Id()), Key()),
            10 => new TopologyEvent.PortsLeased(new RouterId(Id()), new HostId(Id()), Some(Blocks)),
            11 => new TopologyEvent.PortsReturned(new RouterId(Id()), new HostId(Id()), Some(Blocks)),
            _ => new TopologyEvent.AddressSetChanged(new AddressSetId(Id()), Some(Prefix), Some(Prefix)),
        };

    public CommandEnvelope Envelope() => new(new RequestId(Bits()), Text(), Text(), Command());

    public TopologyCommand Command() =>
        _random.Next(12) == 0 ? new TopologyCommand.Batch(Some(Single)) { Expected = Some(Expected) } : Single();

    private PortBlocks Blocks() => new(Address(), _random.Next(-5, 1030), _random.Next());

    private DeviceVersion Expected() => new(Ref(), Version());

    /// <summary>A message as full as the sender makes them.</summary>
    public FactsMessage Facts(int count) =>
        new(
            (ulong)_random.NextInt64(),
            (ulong)_random.NextInt64(),
            _random.Next(),
            Numbers(16),
            [.. Enumerable.Range(0, count).Select(_ => Fact())]
        );

    private ImmutableArray<int> Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next())];

    private StampedFact Fact() => new(LearnedFact(), new HostId(Id()), _random.NextInt64());

    private LearnedFact LearnedFact() =>
        _random.Next(5) switch
        {
            4 => new LearnedFact.Member(Member(), Health()),
            0 => new LearnedFact.Station(
                new MacKey(new BridgeId(Id()), (ushort)_random.Next(4096), Mac()),
                _random.Next(4) == 0 ? null : new PortId(Id())
            ),
            1 => new LearnedFact.Neighbor(new NeighborKey(new PortId(Id()), Address()), Mac()),
            2 => new LearnedFact.Interface(new PortId(Id()), _random.Next(2) == 0),
            _ => new LearnedFact.Answer(new NeighborKey(new PortId(Id()), Address()), Mac()),
        };

    public RelayMessage RelayMessage() =>
        _random.Next(4) switch
        {
            0 => new RelayMessage.Ask(Place(), _random.Next(), _random.Next(100), new RelayReach(_random.Next(), Version(), Version())),
            1 => new RelayMessage.Part(Version(), _random.Next(), _random.Next(), [.. RandomBytes(1000)]),
            2 => new RelayMessage.Standing(Place(), Some(() => new HostId(Id()))),
            _ => new RelayMessage.Refusal(),
        };

    public QuestionMessage Question() =>
        _random.Next(2) == 0
            ? new QuestionMessage.Ask(
                (ulong)_random.NextInt64(),
                new HostQuestion(
                    (HostQuestionTopic)_random.Next(256),
                    _random.Next(),
                    new string('\uffff', _random.Next(HostQuestion.MaxText + 1))
                ),
                _random.Next(),
                _random.Next()
            )
            : new QuestionMessage.Part((ulong)_random.NextInt64(), _random.Next(), _random.Next(), [.. RandomBytes(_random.Next(1001))]);

    private byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    public FeedMessage Message() => _random.Next(2) == 0 ? new FeedMessage.Entry(Place(), Entry()) : new FeedMessage.Idle(Place());

    public Device Device() => Device((DeviceKind)_random.Next(7), Id());

    public Device Device(DeviceKind kind, ulong id) =>
        kind switch
        {
            DeviceKind.Port => Port(new PortId(id)),
            DeviceKind.Bridge => new Bridge
            {
                Id = new BridgeId(id),
                Name = Name(),
                Version = Version(),
                IsAdminUp = Coin(),
                InboundChain = Maybe(Chain),
                OutboundChain = Maybe(Chain),
            },
            DeviceKind.Router => new Router
            {
                Id = new RouterId(id),
                Name = Name(),
                Version = Version(),
                IsAdminUp = Coin(),
                InboundChain = Maybe(Chain),
                OutboundChain = Maybe(Chain),
                Routes = Router.NoRoutes.SetItems(Some(Route).Select(route => KeyValuePair.Create(route.Name, route))),
                Nat = Router.NoNat.SetItems(Some(NatRule).Select(rule => KeyValuePair.Create(rule.Name, rule))),
                Pools = Router.NoPools.SetItems(Some(Pool).Select(pool => KeyValuePair.Create(pool.Name, pool))),
                Balancers = Router.NoBalancers.SetItems(Some(Balancer).Select(balancer => KeyValuePair.Create(balancer.Name, balancer))),
                Timers = Coin()
                    ? RouterTimers.Usual
                    : new RouterTimers
                    {
                        TcpTransitory = _random.Next(),
                        Icmp = _random.Next(),
                        Other = -1,
                    },
            },
            DeviceKind.Chain => new Chain
            {
                Id = new ChainId(id),
                Name = Name(),
                Version = Version(),
                Rules = Some(Rule),
            },
            DeviceKind.AddressSet => new AddressSet
            {
                Id = new AddressSetId(id),
                Name = Name(),
                Version = Version(),
                Members = [.. Some(Prefix)],
            },
            DeviceKind.PortGroup => new PortGroup
            {
                Id = new PortGroupId(id),
                Name = Name(),
                Version = Version(),
                IsStateful = Coin(),
            },
            DeviceKind.Host => new Host
            {
                Id = new HostId(id),
                Name = Name(),
                Version = Version(),
                Underlay = Some(Address),
            },
        };

    public Rule Rule() =>
        new()
        {
            Name = Text(),
            Action = Any<RuleAction>(),
            Match = Match(),
            JumpTo = Maybe(Chain),
            Vlan = Maybe(() => new VlanTag((ushort)_random.Next(65_536), (ushort)_random.Next(4096), (byte)_random.Next(8))),
            Meter = Coin() ? Text() : null,
        };

    public RuleMatch Match() =>
        new()
        {
            IsInverted = Coin(),
            Direction = Maybe(Any<FlowDirection>),
            States = Maybe(() => Test(() => (ConnectionStates)(1 + _random.Next(15)))),
            InPorts = Maybe(() => Test(() => PortList.Of([.. Some(() => new PortId(Id()))]))),
            OutPorts = Maybe(() => Test(() => PortList.Of([.. Some(() => new PortId(Id()))]))),
            InPortGroup = Maybe(() => Test(() => new PortGroupId(Id()))),
            OutPortGroup = Maybe(() => Test(() => new PortGroupId(Id()))),
            IngressPortGroup = Maybe(() => Test(() => new PortGroupId(Id()))),
            Traversed = Maybe(() => Test(Ref)),
            EthType = Maybe(() => Test(UInt16)),
            EthSrc = Maybe(() => Test(MacMatch)),
            EthDst = Maybe(() => Test(MacMatch)),
            Vlan = Maybe(() => Test(() => Maybe(UInt16))),
            Protocol = Maybe(() => Test(() => (byte)_random.Next(256))),
            Tos = Maybe(() => Test(() => new TosMatch((byte)_random.Next(256), (byte)_random.Next(256)))),
            Source = Maybe(() => Test(Prefix)),
            Destination = Maybe(() => Test(Prefix)),
            SourceSet = Maybe(() => Test(() => new AddressSetId(Id()))),
            DestinationSet = Maybe(() => Test(() => new AddressSetId(Id()))),
            SourcePort = Maybe(() => Test(() => new PortRange(UInt16(), UInt16()))),
            DestinationPort = Maybe(() => Test(() => new PortRange(UInt16(), UInt16()))),
            TcpFlags = Maybe(() => Test(() => new TcpFlagsMatch(UInt16(), UInt16()))),
            IcmpInnerSource = Maybe(() => Test(Prefix)),
            IcmpInnerDestination = Maybe(() => Test(Prefix)),
            IsDestinationRewritten = Maybe(Coin),
            Fragments = Maybe(Any<FragmentPolicy>),
        };

    private TopologyCommand Single() =>
        _random.Next(14) switch
        {
            0 => new TopologyCommand.PutDevice(Device(), Maybe(Version)),
            1 => new TopologyCommand.DeleteDevice(Ref(), Maybe(Version)),
            2 => new TopologyCommand.LinkPorts(new PortId(Id()), new PortId(Id())),
            3 => new TopologyCommand.UnlinkPort(new PortId(Id())),
            4 => new TopologyCommand.BindPort(new PortId(Id()), Coin() ? new HostBinding(new HostId(Id()), Text()) : null),
            5 => new TopologyCommand.InsertRule(new ChainId(Id()), _random.Next(), Rule(), Maybe(Version)),
            6 => new TopologyCommand.ReplaceRule(new ChainId(Id()), Text(), Rule(), Maybe(Version)),
            7 => new TopologyCommand.DeleteRule(new ChainId(Id()), Text(), Maybe(Version)),
            8 => new TopologyCommand.PutRoute(new RouterId(Id()), Route()),
            9 => new TopologyCommand.DeleteRoute(new RouterId(Id()), Text()),
            10 => new TopologyCommand.KeyHost(new HostId(Id()), Key()),
            11 => new TopologyCommand.LeasePorts(new RouterId(Id()), new HostId(Id()), Some(() => new PortWish(Address(), _random.Next()))),
            12 => new TopologyCommand.ReturnPorts(new RouterId(Id()), new HostId(Id()), Some(Blocks)),
            _ => new TopologyCommand.ChangeAddressSet(new AddressSetId(Id()), Some(Prefix), Some(Prefix)),
        };

    private Port Port(PortId id) =>
        new()
        {
            Id = id,
            Name = Name(),
            Version = Version(),
            Owner = Ref(),
            IsAdminUp = Coin(),
            Peer = Maybe(() => new PortId(Id())),
            Binding = Coin() ? new HostBinding(new HostId(Id()), Text()) : null,
            Mac = Maybe(Mac),
            Addresses =
            [
                .. Some(() =>
                {
                    var address = Address();
                    return new InterfaceAddress(address, _random.Next(address.Width + 1));
                }),
            ],
            InboundChain = Maybe(Chain),
            OutboundChain = Maybe(Chain),
            Groups = Some(() => new PortGroupId(Id())),
        };

    private NatRule NatRule()
    {
        var name = Text();
        return new()
        {
            Name = name,
            Kind = Any<NatKind>(),
            Port = Maybe(() => new PortId(Id())),
            From = Maybe(Prefix),
            Outside = Maybe(() => new AddressRange(Address(), Address())),
            Ports = Maybe(() => new PortRange((ushort)_random.Next(65_536), (ushort)_random.Next(65_536))),
            Protocol = Maybe(() => (byte)_random.Next(256)),
            Inside = Maybe(Address),
            InsidePort = Maybe(() => (ushort)_random.Next(65_536)),
            Filtering = Any<NatFiltering>(),
            Prefixes = Maybe(() => new PrefixTranslation(Prefix(), Prefix())),
            IsDeterministic = name.Length % 2 == 1,
            Embedding = Maybe(() => new EmbeddingPrefix(Prefix())),
        };
    }

    private Pool Pool() =>
        new()
        {
            Name = Text(),
            Method = Any<BalancingMethod>(),
            Members = Fabric.Devices.Pool.NoMembers.SetItems(Some(PoolMember).Select(member => KeyValuePair.Create(member.Name, member))),
            Check = Coin() ? Check() : null,
            SlowStartSeconds = (ushort)_random.Next(65_536),
        };

    private HealthCheck Check() =>
        new()
        {
            Kind = Any<HealthCheckKind>(),
            Port = Maybe(() => (ushort)_random.Next(65_536)),
            IntervalMilliseconds = _random.Next(),
            TimeoutMilliseconds = _random.Next(),
            Rise = (byte)_random.Next(256),
            Fall = (byte)_random.Next(256),
            Path = Text(),
            Host = Coin() ? Text() : null,
            Status = new PortRange((ushort)_random.Next(65_536), (ushort)_random.Next(65_536)),
            Payload = Text(),
        };

    private MemberKey Member() => new(new PoolKey(new RouterId(Id()), Id()), Address(), (ushort)_random.Next(65_536));

    private MemberHealth Health() => new((byte)_random.Next(256), Any<CheckResult>(), (ushort)_random.Next(65_536));

    private PoolMember PoolMember() =>
        new()
        {
            Name = Text(),
            Address = Address(),
            Port = Maybe(() => (ushort)_random.Next(65_536)),
            Weight = _random.Next(),
            State = Any<PoolMemberState>(),
        };

    private Balancer Balancer() =>
        new()
        {
            Name = Text(),
            Address = Address(),
            Ports = new PortRange((ushort)_random.Next(65_536), (ushort)_random.Next(65_536)),
            Protocol = Maybe(() => (byte)_random.Next(256)),
            Pool = Text(),
            PersistSeconds = (ushort)_random.Next(65_536),
            PersistsAcrossPorts = Coin(),
        };

    private Route Route() =>
        new()
        {
            Name = Text(),
            Destination = Prefix(),
            Source = Prefix(),
            Kind = Any<RouteKind>(),
            Port = Maybe(() => new PortId(Id())),
            Gateway = Maybe(Address),
            Metric = _random.Next(),
            Weight = _random.Next(70_000),
        };

    private FeedPlace Place() => new(_random.NextInt64(), Bits(), Bits());

    private bool Coin() => _random.Next(2) == 0;

    private T? Maybe<T>(Func<T> make)
        where T : struct => Coin() ? make() : null;

    private ImmutableArray<T> Some<T>(Func<T> make) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => make())];

    private Test<T> Test<T>(Func<T> make) => new(make(), Coin());

    private T Any<T>()
        where T : struct, Enum => Enum.GetValues<T>()[_random.Next(Enum.GetValues<T>().Length)];

    /// <summary>Numbers of every length, the extremes among them.</summary>
    private ulong Id() =>
        _random.Next(8) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            _ => (ulong)_random.NextInt64() >> _random.Next(64),
        };

    private PeerKey Key() => new(Bits(), Bits(), Bits(), Bits());

    private UInt128 Bits() => (UInt128)Id() << 64 | Id();

    private ushort UInt16() => (ushort)Id();

    private long Version() => _random.NextInt64() >> _random.Next(64);

    private DateTimeOffset Time() => new(_random.NextInt64(DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    private DeviceRef Ref() => new(Any<DeviceKind>(), Id());

    private ChainId Chain() => new(Id());

    private MacAddress Mac() => new(Id() & MacAddress.Broadcast.Bits);

    private MacMatch MacMatch() => new(Mac(), Mac());

    private IpAddress Address() => Coin() ? IpAddress.V4((uint)Id()) : IpAddress.V6(Bits());

    private IpPrefix Prefix()
    {
        var address = Address();
        return new IpPrefix(address, _random.Next(address.Width + 1));
    }

    private DeviceName Name() => new(Coin() ? "" : Text(), Text());

    private string Text() =>
        new([.. Enumerable.Range(0, _random.Next(5) == 0 ? 200 : _random.Next(8)).Select(_ => "ab-9ä→\0"[_random.Next(7)])]);
}
