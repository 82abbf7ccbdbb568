using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Tests.Peers;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Membership;

/// <summary>Some hosts of one description, an agent's membership on each, and a list of leases; on one thread.</summary>
internal sealed class MembershipWorld
{
    private readonly Node[] _nodes;
    private readonly PeerKeyPair[] _keys;
    private ulong _incarnations;

    public MembershipWorld(int seed = 1, int hosts = 3, bool hasUnderlay = true)
    {
        Thread = new OneThreadScheduler(seed);
        Underlay = new MemoryUnderlay(seed, Thread.Time);
        Leases = new MemoryLeases(Thread.Time);
        _keys = [.. Enumerable.Range(0, hosts).Select(_ => PeerKeyPair.Create())];
        var topology = TopologySnapshot.Empty with { Position = 10 };
        for (var host = 0; host < hosts; host++)
        {
            var device = new Host
            {
                Id = IdOf(host),
                Name = new DeviceName("", $"h{host}"),
                Underlay = hasUnderlay ? [AddressOf(host)] : [],
            };
            topology = TopologyEvolution.Apply(topology, new TopologyEvent.DeviceCreated(device));
            topology = TopologyEvolution.Apply(topology, new TopologyEvent.HostKeyed(device.Id, _keys[host].Public));
        }
        _nodes = [.. Enumerable.Range(0, hosts).Select(_ => new Node(new TopologyReplica(StateOf(topology))))];
        foreach (var node in _nodes)
            node.InForce.Advance(topology.Position);
    }

    public OneThreadScheduler Thread { get; }

    public MemoryUnderlay Underlay { get; }

    public MemoryLeases Leases { get; }

    public static HostId IdOf(int host) => new((ulong)host + 1);

    public static IpAddress AddressOf(int host) => IpAddress.Parse($"192.0.2.{host + 1}");

    public MembershipActor this[int host] => _nodes[host].Membership!;

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

    public void Start(int host)
    {
        var node = _nodes[host];
        var options = new HiveOptions
        {
            Runtime = Thread.Runtime,
            Self = new Member(IdOf(host), $"h{host}", MemberState.Live, host == 0 ? MemberRoles.All : MemberRoles.Edge),
            Incarnation = ++_incarnations,
            Holder = new LeaseHolder($"folder {host}", "boot"),
            InForce = node.InForce,
        };
        node.Peers = new PeerActor(Thread.Runtime, IdOf(host), node.Replica, _keys[host], Underlay.Attach(AddressOf(host)));
        node.Membership = new MembershipActor(options, node.Replica, node.Peers, Leases);
    }

    /// <summary>Ends an agent as SIGTERM does.</summary>
    public async Task StopAsync(int host)
    {
        var node = _nodes[host];
        if (node.Membership is not null)
            await node.Membership.DisposeAsync();
        if (node.Peers is not null)
            await node.Peers.DisposeAsync();
        (node.Membership, node.Peers) = (null, null);
    }

    /// <summary>Ends an agent as SIGKILL does: it says nothing, and its lease stays.</summary>
    public async Task KillAsync(int host)
    {
        var wasAway = Leases.IsAway;
        Underlay.Cut.Add(AddressOf(host));
        Leases.IsAway = true;
        await StopAsync(host);
        Leases.IsAway = wasAway;
        Underlay.Cut.Remove(AddressOf(host));
    }

    public void Describe(int host, Func<TopologySnapshot, TopologySnapshot> change) =>
        _nodes[host].Replica.Resync(StateOf(change(_nodes[host].Replica.Topology)));

    /// <summary>A host has the whole description in force that it knows.</summary>
    public void Enforce(int host) => _nodes[host].InForce.Advance(_nodes[host].Replica.Topology.Position);

    public Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Thread.Time);

    /// <summary>How one host sees all, in their order; an absent one is not told.</summary>
    public string Seen(int by) => string.Join(' ', this[by].View.Members.Select(member => $"{member.Name}:{member.State}"));

    public Member Seen(int by, int of) => this[by].View.Members.Single(member => member.Host == IdOf(of));

    private static ReplicaState StateOf(TopologySnapshot topology) => new(topology, new JournalHead(topology.Position, default));

    private sealed class Node(TopologyReplica replica)
    {
        public TopologyReplica Replica => replica;

        public InForceGauge InForce { get; } = new();

        public PeerActor? Peers { get; set; }

        public MembershipActor? Membership { get; set; }
    }
}
