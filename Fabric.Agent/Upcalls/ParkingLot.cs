using Fabric.Agent.Effects;
using Fabric.Devices;

namespace Fabric.Agent.Upcalls;

/// <summary>Packets that wait for neighbors' addresses: bounded in number, by neighbor, by port and in all, in bytes and in time.</summary>
/// <remarks>Not thread-safe: owned by one upcall thread.</remarks>
public sealed class ParkingLot(TimeProvider clock)
{
    /// <summary>Packets that wait at most, in all.</summary>
    public const int MaxPackets = 1024;

    /// <summary>Packets that wait at most for one neighbor (RFC 1122, section 2.3.2.2 asks for at least one); the oldest gives way.</summary>
    public const int MaxPerNeighbor = 16;

    /// <summary>Packets that one port may have waiting, however many neighbors it tries.</summary>
    public const int MaxPerPort = 256;

    /// <summary>Bytes of packets that wait at most, in all.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>How long a packet waits at most.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly Dictionary<NeighborKey, Queue<ParkedPacket>> _waiting = [];
    private readonly PortShares _shares = new(MaxPerPort);
    private int _bytes;

    /// <summary>Packets that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Packets that were given up: no room, or too late.</summary>
    public long GivenUp { get; private set; }

    /// <summary>When a packet parked now is given up.</summary>
    public long Deadline => clock.GetTimestamp() + (long)(MaxWait.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Lets a packet wait for a neighbor.</summary>
    public void Park(NeighborKey neighbor, ParkedPacket packet)
    {
        if (!_waiting.TryGetValue(neighbor, out var queue))
            _waiting[neighbor] = queue = new Queue<ParkedPacket>();
        if (Count == MaxPackets || _bytes + packet.Frame.Length > MaxBytes || !_shares.TryTake(packet.Payer))
        {
            GivenUp++;
            return;
        }
        queue.Enqueue(packet);
        Count++;
        _bytes += packet.Frame.Length;
        // Only one that has found room sends another away.
        if (queue.Count > MaxPerNeighbor)
            GiveUpOldest(queue);
    }

    /// <summary>Takes the packets that waited for a neighbor, oldest first.</summary>
    public IReadOnlyCollection<ParkedPacket> Take(NeighborKey neighbor)
    {
        if (!_waiting.Remove(neighbor, out var queue))
            return [];
        foreach (var packet in queue)
            Forget(packet);
        return queue;
    }

    /// <summary>Gives up the packets that waited too long.</summary>
    public void Expire()
    {
        var now = clock.GetTimestamp();
        foreach (var (neighbor, queue) in _waiting)
        {
            while (queue.TryPeek(out var oldest) && oldest.Deadline <= now)
                GiveUpOldest(queue);
            if (queue.Count == 0)
                _waiting.Remove(neighbor);
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
