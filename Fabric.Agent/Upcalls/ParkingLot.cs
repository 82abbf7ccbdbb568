using Fabric.Agent.Effects;
using Fabric.Devices;

namespace Fabric.Agent.Upcalls;

/// <summary>Packets that wait for facts, such as neighbors' addresses: bounded in number, by fact, by port and in all, in bytes and in time.</summary>
/// <remarks>Not thread-safe: owned by one upcall thread.</remarks>
/// <typeparam name="TFact">What they wait for.</typeparam>
/// <param name="clock">The agent's.</param>
/// <param name="maxWait">How long a packet waits at most.</param>
public sealed class ParkingLot<TFact>(TimeProvider clock, TimeSpan maxWait)
    where TFact : notnull
{
    /// <summary>Packets that wait at most, in all.</summary>
    public const int MaxPackets = 1024;

    /// <summary>Packets that wait at most for one fact (RFC 1122, section 2.3.2.2 asks for at least one); the oldest gives way.</summary>
    public const int MaxPerFact = 16;

    /// <summary>Packets that one port may have waiting, however many facts they need.</summary>
    public const int MaxPerPort = 256;

    /// <summary>Bytes of packets that wait at most, in all.</summary>
    public const int MaxBytes = 8 << 20;

    private readonly Dictionary<TFact, Queue<ParkedPacket>> _waiting = [];
    private readonly PortShares _shares = new(MaxPerPort);
    private int _bytes;

    /// <summary>Packets that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Packets that were given up: no room, or too late.</summary>
    public long GivenUp { get; private set; }

    /// <summary>When a packet parked now is given up.</summary>
    public long Deadline => clock.GetTimestamp() + (long)(maxWait.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Lets a packet wait for a fact.</summary>
    public void Park(TFact fact, ParkedPacket packet)
    {
        if (!_waiting.TryGetValue(fact, out var queue))
            _waiting[fact] = queue = new Queue<ParkedPacket>();
        if (Count == MaxPackets || _bytes + packet.Frame.Length > MaxBytes || !_shares.TryTake(packet.Payer))
        {
            GivenUp++;
            return;
        }
        queue.Enqueue(packet);
        Count++;
        _bytes += packet.Frame.Length;
        // Only one that has found room sends another away.
        if (queue.Count > MaxPerFact)
            GiveUpOldest(queue);
    }

    /// <summary>Takes the packets that waited for a fact, oldest first.</summary>
    public IReadOnlyCollection<ParkedPacket> Take(TFact fact)
    {
        if (!_waiting.Remove(fact, out var queue))
            return [];
        foreach (var packet in queue)
            Forget(packet);
        return queue;
    }

    /// <summary>Gives up the packets that waited too long.</summary>
    public void Expire()
    {
        var now = clock.GetTimestamp();
        foreach (var (fact, queue) in _waiting)
        {
            while (queue.TryPeek(out var oldest) && oldest.Deadline <= now)
                GiveUpOldest(queue);
            if (queue.Count == 0)
                _waiting.Remove(fact);
        }
    }

    /// <summary>Takes the packets that waited too long, for which nothing comes any more.</summary>
    public void TakeLate(ICollection<ParkedPacket> late)
    {
        var now = clock.GetTimestamp();
        foreach (var (fact, queue) in _waiting)
        {
            while (queue.TryPeek(out var oldest) && oldest.Deadline <= now)
            {
                late.Add(queue.Dequeue());
                Forget(oldest);
            }
            if (queue.Count == 0)
                _waiting.Remove(fact);
        }
    }

    private void GiveUpOldest(Queue<ParkedPacket> queue)
    {
        Forget(queue.Dequeue());
        GivenUp++;
    }

    private void Forget(ParkedPacket packet)
    {
        Count--;
        _bytes -= packet.Frame.Length;
        _shares.Return(packet.Payer);
    }
}
