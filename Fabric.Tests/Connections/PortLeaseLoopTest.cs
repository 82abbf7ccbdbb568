using Fabric.Addresses;
using Fabric.Agent.Connections;
using Fabric.Changes;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Packets;
using Fabric.Tests.Hive;
using Fabric.Tests.Live;
using Fabric.Topology.Actors;
using Fabric.Topology.Hive;

namespace Fabric.Tests.Connections;

/// <summary>Agents lease ports of one address through one journal.</summary>
public class PortLeaseLoopTest
{
    private static readonly RouterId Edge = new(1);
    private static readonly IpAddress Outside = IpAddress.Parse("203.0.113.1");
    private static readonly PortRange Ports = new(40_000, 40_511);

    private readonly List<Agent> _agents = [];
    private MemoryTestbed _testbed = null!;

    [SetUp]
    public void SetUp() => _testbed = new MemoryTestbed();

    [TearDown]
    public async Task TearDown()
    {
        foreach (var agent in _agents)
            await agent.Loop.DisposeAsync();
        _agents.Clear();
        await _testbed.DisposeAsync();
    }

    [Test]
    public async Task AHostAloneHasAllPortsAndGivesThemUpWhenAnotherCanReachTheRouter()
    {
        var first = await StartAsync(1);
        await first.Loop.SettledAsync(await BindAsync(first, 1), default);
        first.CountHeld().ShouldBe(512);

        var second = await StartAsync(2);
        await BindAsync(second, 2);
        LiveTest.Eventually(() => (first.CountHeld(), second.CountHeld()) == (128, 128), "a quarter each");
        foreach (var port in Enumerable.Range(Ports.First, 512))
            (first.Holds(port) && second.Holds(port)).ShouldBeFalse($"port {port}");
    }

    [Test]
    public async Task WhatIsInUseIsNotGivenToAnotherAndNothingMoreBeginsThere()
    {
        var first = await StartAsync(1);
        await first.Loop.SettledAsync(await BindAsync(first, 1), default);
        // One in each of the eight blocks.
        for (var port = Ports.First; port < Ports.Last; port += PortBlocks.Size)
            first.TryBegin(port).ShouldBe(port);

        var second = await StartAsync(2);
        await BindAsync(second, 2);
        LiveTest.Eventually(() => first.CountHeld() < 512, "it leaves some");
        second.CountHeld().ShouldBe(0);
        second.TryBegin(40_000).ShouldBeNull();
        var leases = second.Hive.Replica.Topology.PortLeases.Of(Edge, Outside);
        leases.Runs.ShouldAllBe(run => run.Host == new HostId(1));
    }

    [Test]
    public async Task WhileTheJournalIsAwayTranslationsBeginInThePortsThatAreThereAndThenNoMore()
    {
        var (first, second) = (await StartAsync(1), await StartAsync(2));
        await BindAsync(first, 1);
        await BindAsync(second, 2);
        LiveTest.Eventually(() => (first.CountHeld(), second.CountHeld()) == (128, 128), "a quarter each");
        _testbed.Disk.IsAway = true;

        var given = new HashSet<int>();
        foreach (var agent in _agents)
        {
            var held = agent.CountHeld();
            // Stations of both parities; what is there is used up to the last port.
            for (var i = 0; i < 600; i++)
            {
                if (agent.TryBegin((ushort)(1000 + i)) is { } port)
                    given.Add(port).ShouldBeTrue($"port {port} twice");
            }
            agent.Begun.ShouldBe(held);
        }

        _testbed.Disk.IsAway = false;
        LiveTest.Eventually(
            () => first.TryBegin(30_000) is not null || second.TryBegin(30_000) is not null,
            "more, as some are free still"
        );
    }

    /// <summary>An agent whose hive has not been asked for anything yet.</summary>
    private async Task<Agent> StartAsync(ulong host)
    {
        var hive = await _testbed.OpenAsync();
        var connections = new ConnectionHost(1, ConnectionLimits.Usual, TimeProvider.System, seed: host);
        if (_agents.Count == 0)
            await DescribeAsync(hive);
        var agent = new Agent(new HostId(host), hive, connections);
        _agents.Add(agent);
        return agent;
    }

    private static async Task DescribeAsync(IHive hive)
    {
        foreach (var id in (ulong[])[1, 2])
            await DoAsync(hive, new TopologyCommand.PutDevice(new Host { Id = new HostId(id), Name = new DeviceName("", $"h{id}") }));
        var router = new Router { Id = Edge, Name = new DeviceName("t", "edge") };
        await DoAsync(hive, new TopologyCommand.PutDevice(router));
        await DoAsync(hive, new TopologyCommand.PutDevice(PortOf(9, "192.0.2.1")));
        var rule = new NatRule
        {
            Name = "out",
            Kind = NatKind.Source,
            Port = new PortId(9),
            Outside = AddressRange.Only(Outside),
            Ports = Ports,
        };
        await DoAsync(hive, new TopologyCommand.PutDevice(router with { Nat = Router.NoNat.Add("out", rule) }));
    }

    /// <summary>The router gets a port at the host, so that packets there can reach it.</summary>
    private static async Task<long> BindAsync(Agent agent, ulong port)
    {
        var device = PortOf(port, $"10.0.{port}.1") with { Binding = new HostBinding(agent.Self, "eth0") };
        return await DoAsync(agent.Hive, new TopologyCommand.PutDevice(device));
    }

    private static Port PortOf(ulong id, string address) =>
        new()
        {
            Id = new PortId(id),
            Name = new DeviceName("t", $"port{id}"),
            Owner = Edge,
            Mac = new MacAddress(0x02_00_00_00_00_00 + id),
            Addresses = [new InterfaceAddress(IpAddress.Parse(address), 24)],
        };

    private static async Task<long> DoAsync(IHive hive, TopologyCommand command) =>
        (await hive.SubmitAsync(Wishes.From("test", command))).ShouldBeOfType<SubmitResult.Accepted>().Position;

    private sealed class Agent(HostId self, IHive hive, ConnectionHost connections)
    {
        public HostId Self => self;

        public IHive Hive => hive;

        public PortLeaseLoop Loop { get; } = new(hive, self, connections, ActorRuntime.System);

        public int Begun { get; private set; }

        public bool Holds(int port) => connections.Held!.Has(Edge, Outside, port);

        public int CountHeld() => Enumerable.Range(Ports.First, 512).Count(Holds);

        /// <summary>Begins a translation of a station's port; the port outside, or null.</summary>
        public ushort? TryBegin(ushort port)
        {
            var shard = connections.Shards[0];
            var forward = new ConnectionKey(
                Edge,
                IpProtocol.Udp,
                IpAddress.Parse($"10.0.{self.Value}.2"),
                IpAddress.Parse("198.51.100.1"),
                port,
                53,
                IsTranslated: true
            );
            var isChosen = TranslationPorts.TryChoose(
                shard,
                forward,
                (forward.Destination, forward.DestinationPort),
                AddressRange.Only(Outside),
                Ports,
                out var back
            );
            if (!isChosen)
            {
                connections.Wanted?.Invoke(Edge, Outside);
                return null;
            }
            connections.Open(0, forward, back, new PortId(1), default, 0, [], out _).ShouldBe(ConnectionOutcome.Opened);
            connections.NoteBegun();
            Begun++;
            return back.DestinationPort;
        }
    }
}
