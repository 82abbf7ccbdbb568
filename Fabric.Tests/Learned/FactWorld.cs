using Fabric.Addresses;
using Fabric.Agent.Connections;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Tests.Actors;
using Fabric.Tests.Peers;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Learned;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Learned;

/// <summary>Some hosts on one underlay and one thread that tell each other what they learn, and their connections; all follow one description.</summary>
internal sealed class FactWorld
{
    private readonly Random _random;
    private readonly PeerKeyPair[] _keys;
    private readonly Node?[] _nodes;

    /// <param name="seed">Decides the order of turns and the fate of datagrams.</param>
    /// <param name="hosts">How many hosts: h0, h1...</param>
    /// <param name="describe">Describes what they have in common.</param>
    public FactWorld(int seed, int hosts, Action<TopologyBuilder> describe)
    {
        _random = new Random(seed);
        Thread = new OneThreadScheduler(seed);
        Underlay = new MemoryUnderlay(seed, Thread.Time);
        _keys = [.. Enumerable.Range(0, hosts).Select(_ => PeerKeyPair.Create())];
        _nodes = new Node?[hosts];
        for (var host = 0; host < hosts; host++)
        {
            Net.Host($"h{host}", AddressOf(host).ToString());
            Net.Do(new Fabric.Changes.TopologyCommand.KeyHost(IdOf(host), _keys[host].Public));
        }
        describe(Net);
    }

    public OneThreadScheduler Thread { get; }

    public MemoryUnderlay Underlay { get; }

    public TopologyBuilder Net { get; } = new();

    public LearnedTable this[int host] => _nodes[host]!.Table;

    /// <summary>What a host was told of neighbors.</summary>
    public IReadOnlyList<(NeighborKey Key, MacAddress Mac)> Heard(int host) => _nodes[host]!.Heard;

    public LearnedExchangeActor Exchange(int host) => _nodes[host]!.Exchange;

    public ConnectionHost Connections(int host) => _nodes[host]!.Connections;

    public ConnectionExchangeActor ConnectionExchange(int host) => _nodes[host]!.ConnectionExchange;

    /// <summary>Tags of lookups that had another answer by what others told.</summary>
    public IReadOnlyList<FlowTag> Touched(int host) => _nodes[host]!.Flows.Tags;

    public static HostId IdOf(int host) => new((ulong)host + 1);

    public static IpAddress AddressOf(int host) => IpAddress.Parse($"192.0.2.{host + 1}");

    /// <summary>Tells a story in which all hosts run.</summary>
    public void Run(Func<Task> story) =>
        Thread.Run(async () =>
        {
            for (var host = 0; host < _nodes.Length; host++)
                Start(host);
            await story();
            for (var host = 0; host < _nodes.Length; host++)
                await StopAsync(host);
            foreach (var key in _keys)
                key.Dispose();
        });

    public void Start(int host) => _nodes[host] = new Node(this, host);

    /// <summary>An agent ends; all that it has learned is gone with it.</summary>
    public async Task StopAsync(int host)
    {
        var node = _nodes[host];
        _nodes[host] = null;
        if (node is not null)
            await node.DisposeAsync();
    }

    /// <summary>Tells all hosts what the description is now.</summary>
    public void Publish()
    {
        foreach (var node in _nodes)
            node?.Follow(Net.Topology);
    }

    public Task PassAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Thread.Time);

    private sealed class TouchedTags : IReplicaSubscriber
    {
        public List<FlowTag> Tags { get; } = [];

        public void Post(ReadOnlySpan<FlowTag> touched) => Tags.AddRange(touched);

        public void PostCompareAll() { }
    }

    private sealed class Node : IAsyncDisposable
    {
        private readonly TopologyReplica _replica;
        private readonly PeerActor _peers;

        public Node(FactWorld world, int host)
        {
            var runtime = world.Thread.Runtime;
            _replica = new TopologyReplica(new ReplicaState(world.Net.Topology, JournalHead.Start));
            _peers = new PeerActor(runtime, IdOf(host), _replica, world._keys[host], world.Underlay.Attach(AddressOf(host)))
            {
                NewId = () => (ulong)world._random.NextInt64() | 1,
            };
            Table = new LearnedTable(IdOf(host), _replica, runtime.Time);
            Table.Heard += (key, mac) => Heard.Add((key, mac));
            var options = new HiveOptions
            {
                Runtime = runtime,
                Self = new Member(IdOf(host), $"h{host}", MemberState.Live, MemberRoles.All),
                Incarnation = (ulong)world._random.NextInt64() | 1,
            };
            Exchange = new LearnedExchangeActor(options, _replica, Table, _peers);
            Connections = new ConnectionHost(1, ConnectionLimits.Usual, runtime.Time, seed: 1);
            ConnectionExchange = new ConnectionExchangeActor(
                Connections,
                IdOf(host),
                options.Incarnation,
                _replica,
                _peers,
                Flows,
                runtime
            );
        }

        public LearnedTable Table { get; }

        public LearnedExchangeActor Exchange { get; }

        public ConnectionHost Connections { get; }

        public ConnectionExchangeActor ConnectionExchange { get; }

        public TouchedTags Flows { get; } = new();

        public List<(NeighborKey Key, MacAddress Mac)> Heard { get; } = [];

        public void Follow(TopologySnapshot topology)
        {
            _replica.Resync(new ReplicaState(topology, JournalHead.Start));
            Table.Review();
        }

        public async ValueTask DisposeAsync()
        {
            await Exchange.DisposeAsync();
            await ConnectionExchange.DisposeAsync();
            await _peers.DisposeAsync();
        }
    }
}
