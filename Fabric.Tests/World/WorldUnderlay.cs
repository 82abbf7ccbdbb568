using Fabric.Addresses;
using Fabric.Topology.Peers;

namespace Fabric.Tests.World;

/// <summary>The network between the hosts, for agents' messages and guests' frames alike: it loses, delays, doubles, and falls apart.</summary>
internal sealed class WorldUnderlay(Random random, TimeProvider time)
{
    private readonly Dictionary<IpAddress, Action<IpAddress, ReadOnlyMemory<byte>>> _agents = [];
    private readonly HashSet<(IpAddress From, IpAddress To)> _cut = [];

    /// <summary>Datagrams lost, of a hundred.</summary>
    public int Loss { get; set; }

    /// <summary>Datagrams that come twice, of a hundred.</summary>
    public int Doubling { get; set; }

    /// <summary>Each is late by any time up to this; so the order is lost too.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Lets nothing pass from one address to another.</summary>
    public void Cut(IpAddress from, IpAddress to) => _cut.Add((from, to));

    /// <summary>Nothing is cut, lost, late or doubled any more.</summary>
    public void Heal()
    {
        _cut.Clear();
        (Loss, Doubling, MaxDelay) = (0, 0, TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Carries something, or not.</summary>
    public void Carry(IpAddress from, IpAddress to, Action arrive)
    {
        if (_cut.Contains((from, to)))
            return;
        for (var copies = random.Next(100) < Doubling ? 2 : 1; copies > 0; copies--)
        {
            if (random.Next(100) < Loss)
                continue;
            var delay = TimeSpan.FromTicks(random.NextInt64(1, MaxDelay.Ticks + 1));
            ITimer? timer = null;
            timer = time.CreateTimer(_ => Arrive(timer!, from, to, arrive), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Lets an agent send and receive at an address until the transport is closed, or another takes its place.</summary>
    public IPeerTransport Attach(IpAddress address) => new Transport(this, address);

    /// <summary>Nobody receives at an address any more.</summary>
    public void Detach(IpAddress address) => _agents.Remove(address);

    private void Arrive(ITimer timer, IpAddress from, IpAddress to, Action arrive)
    {
        timer.Dispose();
        if (!_cut.Contains((from, to)))
            arrive();
    }

    private sealed class Transport(WorldUnderlay underlay, IpAddress address) : IPeerTransport
    {
        public void Send(IpAddress source, IpAddress destination, ReadOnlySpan<byte> datagram)
        {
            source.ShouldBe(address);
            var bytes = datagram.ToArray();
            underlay.Carry(source, destination, () => underlay._agents.GetValueOrDefault(destination)?.Invoke(source, bytes));
        }

        public void Start(Action<IpAddress, ReadOnlyMemory<byte>> receive) => underlay._agents[address] = receive;

        public ValueTask DisposeAsync()
        {
            underlay.Detach(address);
            return ValueTask.CompletedTask;
        }
    }
}
