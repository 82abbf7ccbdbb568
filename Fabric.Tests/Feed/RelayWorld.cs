using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Tests.Hive;
using Fabric.Tests.Journal;
using Fabric.Tests.Peers;
using Fabric.Topology.Hive;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Feed;

/// <summary>Some nodes on one journal, of which some follow others; on one thread.</summary>
internal sealed class RelayWorld
{
    private readonly MemoryDisk _disk = new();
    private readonly Dictionary<int, PeerKeyPair> _keys = [];
    private readonly SortedDictionary<int, (IHive Hive, WatchedJournal Journal)> _nodes = [];
    private ulong _bridges;

    public RelayWorld(int seed)
    {
        Thread = new OneThreadScheduler(seed);
        Underlay = new MemoryUnderlay(seed, Thread.Time);
    }

    public OneThreadScheduler Thread { get; }

    public MemoryUnderlay Underlay { get; }

    public IHive this[int node] => _nodes[node].Hive;

    public static IpAddress Address(int node) => IpAddress.Parse($"192.0.2.{node + 1}");

    /// <summary>Runs a story; the nodes that are there at its end are closed.</summary>
    public void Run(Func<RelayWorld, Task> story) =>
        Thread.Run(
            async () =>
            {
                await story(this);
                foreach (var node in _nodes.Keys.ToArray())
                    await StopAsync(node);
            },
            maxSteps: 20_000_000
        );

    /// <summary>Describes so many nodes with addresses and keys, by the first, which reads the database.</summary>
    public async Task BeginAsync(int count)
    {
        for (var node = 0; node < count; node++)
            _keys[node] = PeerKeyPair.Create();
        await StartAsync(0);
        for (var node = 0; node < count; node++)
        {
            var host = new Host
            {
                Id = IdOf(node),
                Name = new DeviceName("", $"h{node}"),
                Underlay = [Address(node)],
            };
            await DoAsync(0, new TopologyCommand.PutDevice(host));
            if (node > 0)
                await DoAsync(0, new TopologyCommand.KeyHost(host.Id, _keys[node].Public));
        }
    }

    /// <summary>Starts a node that follows some others, best first.</summary>
    public async Task StartAsync(int node, params int[] follows)
    {
        var journal = new WatchedJournal(new MemoryJournal(_disk, Thread.Runtime));
        var options = new HiveOptions
        {
            Runtime = Thread.Runtime,
            Self = new Member(IdOf(node), $"h{node}", MemberState.Live, MemberRoles.All),
            Incarnation = (ulong)(node + 1),
            PeerKey = KeyOf(node),
            OpenTransport = (_, _) => Underlay.Attach(Address(node)),
            Follows = [.. follows.Select(other => $"h{other}")],
        };
        _nodes.Add(node, (await SqlHive.OpenAsync(journal, options), journal));
    }

    public async Task StopAsync(int node)
    {
        _nodes.Remove(node, out var stopped);
        await stopped.Hive.DisposeAsync();
    }

    /// <summary>The database is out of a node's reach, or back.</summary>
    public void PutAway(int node, bool isAway = true) => _nodes[node].Journal.IsAway = isAway;

    public int UsesOf(int node) => _nodes[node].Journal.Uses;

    /// <summary>Makes a bridge by a node; its chains make the entry as long as wanted.</summary>
    public Task ChangeAsync(int node, int bytes = 0)
    {
        var rule = TopologyBuilder.Rule(new string('r', 60), RuleAction.Accept);
        var chain = new Chain
        {
            Id = new ChainId(++_bridges),
            Name = new DeviceName("t", $"c{_bridges}"),
            Rules = [.. Enumerable.Range(0, 1 + bytes / 70).Select(i => rule with { Name = $"{i}{rule.Name}"[..60] })],
        };
        return DoAsync(node, new TopologyCommand.PutDevice(chain));
    }

    public async Task DoAsync(int node, TopologyCommand command) =>
        (await this[node].SubmitAsync(Wishes.From("ana", command))).ShouldBeOfType<SubmitResult.Accepted>();

    public Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Thread.Time);

    /// <summary>Position and hash of each node.</summary>
    public string Heads() => string.Join(' ', _nodes.Values.Select(node => node.Hive.Replica.State.Head));

    /// <summary>Whom each node follows.</summary>
    public string Sources() => string.Join(' ', _nodes.Select(node => $"{node.Key}<{node.Value.Hive.Relay!.Source?.Value - 1}"));

    /// <summary>All nodes are at the head of the journal.</summary>
    public void ShouldAgree(string because = "")
    {
        var head = _disk.Entries[^1].Head;
        foreach (var (node, (hive, _)) in _nodes)
            hive.Replica.State.Head.ShouldBe(head, $"node {node} {because}");
    }

    /// <summary>The hive disposes its key, and the next start of the node has the same.</summary>
    private PeerKeyPair KeyOf(int node)
    {
        PeerKeyPair.TryImport(_keys[node].Export(), out var key).ShouldBeTrue();
        return key!;
    }

    private static HostId IdOf(int node) => new((ulong)node + 1);
}
