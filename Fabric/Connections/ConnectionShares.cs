using System.Numerics;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>Whose connections those of a pool are: how many each port began, and which of them may give way, being half-open or closed, the oldest first.</summary>
/// <remarks>Not thread-safe. A port that has begun a connection once keeps its number.</remarks>
internal sealed class ConnectionShares<TAddress>(ConnectionPool<TAddress> pool)
    where TAddress : unmanaged, IBinaryInteger<TAddress>
{
    private const int None = ConnectionPool<TAddress>.None;

    private readonly Dictionary<PortId, int> _numbers = [];
    private Share[] _shares = [];

    /// <summary>Connections of all ports that are not established yet.</summary>
    public int HalfOpen { get; private set; }

    /// <summary>Connections of all ports that may give way.</summary>
    public int Yielding { get; private set; }

    /// <summary>Connections of a port.</summary>
    public int CountOf(PortId port) => _numbers.TryGetValue(port, out var number) ? _shares[number].Count : 0;

    /// <summary>The port of a number.</summary>
    public PortId PortOf(int number) => _shares[number].Port;

    /// <summary>The number of a port.</summary>
    public int NumberOf(PortId port)
    {
        if (_numbers.TryGetValue(port, out var number))
            return number;
        number = _numbers.Count;
        if (number == _shares.Length)
            Array.Resize(ref _shares, Math.Max(16, number * 2));
        _numbers.Add(port, number);
        _shares[number] = new Share
        {
            Port = port,
            Oldest = None,
            Newest = None,
        };
        return number;
    }

    /// <summary>The connection that a port has had for longest of those that may give way, or -1.</summary>
    public int OldestOf(PortId port) => _numbers.TryGetValue(port, out var number) ? _shares[number].Oldest : None;

    /// <summary>The oldest connection that may give way of the port that has most of them, or -1.</summary>
    public int OldestOfGreediest()
    {
        var greediest = None;
        for (var number = 0; number < _numbers.Count; number++)
        {
            if (_shares[number].Yielding > (greediest == None ? 0 : _shares[greediest].Yielding))
                greediest = number;
        }
        return greediest == None ? None : _shares[greediest].Oldest;
    }

    /// <summary>A connection was entered.</summary>
    public void Enter(int slot)
    {
        _shares[pool[slot].Owner].Count++;
        HalfOpen += ConnectionLife.IsHalfOpen(pool[slot].Phase) ? 1 : 0;
        if (ConnectionLife.MayGiveWay(pool[slot].Phase))
            Append(slot);
    }

    /// <summary>A connection is about to be taken out.</summary>
    public void Leave(int slot)
    {
        _shares[pool[slot].Owner].Count--;
        HalfOpen -= ConnectionLife.IsHalfOpen(pool[slot].Phase) ? 1 : 0;
        if (ConnectionLife.MayGiveWay(pool[slot].Phase))
            Detach(slot);
    }

    /// <summary>A connection has come from one phase to that which it is in.</summary>
    public void Advance(int slot, ConnectionPhase before)
    {
        var phase = pool[slot].Phase;
        HalfOpen += (ConnectionLife.IsHalfOpen(phase) ? 1 : 0) - (ConnectionLife.IsHalfOpen(before) ? 1 : 0);
        var mayGiveWay = ConnectionLife.MayGiveWay(phase);
        if (mayGiveWay == ConnectionLife.MayGiveWay(before))
            return;
        if (mayGiveWay)
            Append(slot);
        else
            Detach(slot);
    }

    private void Append(int slot)
    {
        ref var share = ref _shares[pool[slot].Owner];
        (pool[slot].Older, pool[slot].Newer) = (share.Newest, None);
        if (share.Newest == None)
            share.Oldest = slot;
        else
            pool[share.Newest].Newer = slot;
        share.Newest = slot;
        share.Yielding++;
        Yielding++;
    }

    private void Detach(int slot)
    {
        ref var entry = ref pool[slot];
        ref var share = ref _shares[entry.Owner];
        if (entry.Older == None)
            share.Oldest = entry.Newer;
        else
            pool[entry.Older].Newer = entry.Newer;
        if (entry.Newer == None)
            share.Newest = entry.Older;
        else
            pool[entry.Newer].Older = entry.Older;
        share.Yielding--;
        Yielding--;
    }

    private struct Share
    {
        public PortId Port;
        public int Count;
        public int Yielding;
        public int Oldest;
        public int Newest;
    }
}
