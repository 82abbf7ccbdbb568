using Fabric.Addresses;
using Fabric.Topology.Peers;

namespace Fabric.Tests.Peers;

/// <summary>An underlay in memory, that loses, delays, doubles, alters, forges and plays again what it is told to, by one seed.</summary>
internal sealed class MemoryUnderlay(int seed, TimeProvider time)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<IpAddress, Action<IpAddress, ReadOnlyMemory<byte>>> _receivers = [];
    private readonly List<ITimer> _timers = [];

    public PeerFaults Faults { get; set; } = PeerFaults.None;

    /// <summary>All that was ever sent.</summary>
    public List<(IpAddress Source, IpAddress Destination, byte[] Bytes)> Captured { get; } = [];

    /// <summary>Addresses that nothing comes from or goes to.</summary>
    public HashSet<IpAddress> Cut { get; } = [];

    public IPeerTransport Attach(IpAddress address) => new Transport(this, address);

    /// <summary>Plays all that was ever sent to an address again, in any order.</summary>
    public void Replay(IpAddress destination)
    {
        foreach (var datagram in Captured.Where(datagram => datagram.Destination == destination).ToArray())
            DeliverLater(datagram.Source, destination, datagram.Bytes);
    }

    public void Inject(IpAddress source, IpAddress destination, byte[] bytes) => DeliverLater(source, destination, bytes);

    private void Send(IpAddress source, IpAddress destination, byte[] bytes)
    {
        Captured.Add((source, destination, bytes));
        if (!Chance(Faults.Loss))
            DeliverLater(source, destination, Chance(Faults.Alteration) ? Altered(bytes) : bytes);
        if (Chance(Faults.Doubling))
            DeliverLater(source, destination, bytes);
        if (Chance(Faults.Forging))
            DeliverLater(source, destination, Forged(bytes));
        if (Chance(Faults.Replay))
        {
            var old = Captured[_random.Next(Captured.Count)];
            DeliverLater(old.Source, Chance(50) ? old.Destination : destination, old.Bytes);
        }
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private byte[] Altered(byte[] bytes)
    {
        var altered = bytes.ToArray();
        altered[_random.Next(altered.Length)] ^= (byte)(1 << _random.Next(8));
        return Chance(20) ? altered[.._random.Next(altered.Length)] : altered;
    }

    // The header is right, since it is there to be read; the rest is made up.
    private byte[] Forged(byte[] bytes)
    {
        var forged = bytes.ToArray();
        _random.NextBytes(forged.AsSpan(_random.Next(forged.Length)));
        return forged;
    }

    private void DeliverLater(IpAddress source, IpAddress destination, byte[] bytes)
    {
        var delay = TimeSpan.FromTicks(_random.NextInt64(1, Faults.MaxDelay.Ticks + 1));
        _timers.Add(time.CreateTimer(_ => Deliver(source, destination, bytes), null, delay, Timeout.InfiniteTimeSpan));
    }

    private void Deliver(IpAddress source, IpAddress destination, byte[] bytes)
    {
        if (!Cut.Contains(source) && !Cut.Contains(destination) && _receivers.TryGetValue(destination, out var receive))
            receive(source, bytes);
    }

    private sealed class Transport(MemoryUnderlay underlay, IpAddress address) : IPeerTransport
    {
        public void Send(IpAddress source, IpAddress destination, ReadOnlySpan<byte> datagram)
        {
            source.ShouldBe(address);
            underlay.Send(source, destination, datagram.ToArray());
        }

        public void Start(Action<IpAddress, ReadOnlyMemory<byte>> receive) => underlay._receivers[address] = receive;

        public ValueTask DisposeAsync()
        {
            underlay._receivers.Remove(address);
            return ValueTask.CompletedTask;
        }
    }
}
