using System.Buffers.Binary;
using System.Collections.Immutable;
using Fabric.Addresses;
using Fabric.Changes;
using Fabric.Devices;
using Fabric.Tests.Actors;
using Fabric.Topology.Journal;
using Fabric.Topology.Peers;
using Fabric.Topology.Replica;

namespace Fabric.Tests.Peers;

/// <summary>Some hosts with a key and an address each, on one underlay and one thread; their messages are numbers.</summary>
internal sealed class PeerWorld : IAsyncDisposable
{
    private readonly Random _random;
    private readonly PeerKeyPair[] _keys;
    private readonly PeerActor?[] _actors;
    private readonly TopologyReplica _replica;

    public PeerWorld(int seed, int hosts = 3)
    {
        _random = new Random(seed);
        Thread = new OneThreadScheduler(seed);
        Underlay = new MemoryUnderlay(seed, Thread.Time);
        _keys = [.. Enumerable.Range(0, hosts).Select(_ => PeerKeyPair.Create())];
        _actors = new PeerActor?[hosts];
        _replica = new TopologyReplica(new ReplicaState(Describe(hosts), JournalHead.Start));
    }

    public OneThreadScheduler Thread { get; }

    public MemoryUnderlay Underlay { get; }

    /// <summary>What was heard: by whom, of whom, which number.</summary>
    public List<(int By, int Of, int Number)> Heard { get; } = [];

    /// <summary>What was sent: by whom, to whom, which number.</summary>
    public HashSet<(int By, int To, int Number)> Sent { get; } = [];

    public PeerActor this[int host] => _actors[host]!;

    public static HostId IdOf(int host) => new((ulong)host + 1);

    public static IpAddress AddressOf(int host) => IpAddress.Parse($"192.0.2.{host + 1}");

    /// <summary>Tells a story in which all hosts run.</summary>
    public void Run(Func<Task> story) =>
        Thread.Run(async () =>
        {
            for (var host = 0; host < _actors.Length; host++)
                Start(host);
            await story();
            await DisposeAsync();
        });

    public void Start(int host)
    {
        var actor = new PeerActor(Thread.Runtime, IdOf(host), _replica, _keys[host], Underlay.Attach(AddressOf(host)))
        {
            NewId = () => (ulong)_random.NextInt64() | 1,
        };
        actor.Listen(PeerTopic.Facts, (sender, payload) => Hear(host, sender, payload));
        _actors[host] = actor;
    }

    public async Task StopAsync(int host)
    {
        var actor = _actors[host]!;
        _actors[host] = null;
        await actor.DisposeAsync();
    }

    public async Task RestartAsync(int host)
    {
        await StopAsync(host);
        Start(host);
    }

    public void Send(int by, int to, int number)
    {
        Sent.Add((by, to, number)).ShouldBeTrue("numbers are used once");
        Span<byte> payload = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        _actors[by]?.TrySend(IdOf(to), PeerTopic.Facts, payload);
    }

    public Task PassAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Thread.Time);

    /// <summary>Another description takes the place of the one before.</summary>
    public void Change(Func<TopologySnapshot, TopologySnapshot> change) =>
        _replica.Resync(new ReplicaState(change(_replica.Topology), JournalHead.Start));

    /// <summary>What was heard was sent, by that host to this one, and no message was heard twice.</summary>
    public void CheckTruth()
    {
        Heard.ShouldAllBe(heard => Sent.Contains(new(heard.Of, heard.By, heard.Number)));
        Heard.ShouldBeUnique();
    }

    public async ValueTask DisposeAsync()
    {
        for (var host = 0; host < _actors.Length; host++)
        {
            if (_actors[host] is not null)
                await StopAsync(host);
        }
        foreach (var key in _keys)
            key.Dispose();
    }

    private TopologySnapshot Describe(int hosts)
    {
        var topology = TopologySnapshot.Empty;
        for (var host = 0; host < hosts; host++)
        {
            var device = new Host
            {
                Id = IdOf(host),
                Name = new DeviceName("", $"h{host}"),
                Underlay = ImmutableArray.Create(AddressOf(host)),
            };
            topology = TopologyEvolution.Apply(topology, new TopologyEvent.DeviceCreated(device));
            topology = TopologyEvolution.Apply(topology, new TopologyEvent.HostKeyed(device.Id, _keys[host].Public));
        }
        return topology;
    }

    private void Hear(int by, HostId sender, ReadOnlyMemory<byte> payload) =>
        Heard.Add((by, (int)sender.Value - 1, BinaryPrimitives.ReadInt32BigEndian(payload.Span)));
}
