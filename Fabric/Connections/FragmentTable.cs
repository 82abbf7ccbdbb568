using System.Runtime.InteropServices;
using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>What the first fragments of packets told, for as long as later ones may come (RFC 4787, REQ-14).</summary>
/// <remarks>
/// Bounded, by port and in all: the oldest packet of the port that has most gives way, so that a port which sends first fragments alone
/// forgets its own. Not thread-safe: owned by one upcall thread, which all fragments of a packet come to, since they come in by one port.
/// </remarks>
public sealed class FragmentTable : IFragments
{
    /// <summary>Packets that are remembered at most.</summary>
    public const int MaxPackets = 16_384;

    /// <summary>Of these, packets that came in by one port.</summary>
    public const int MaxPerPort = 4_096;

    /// <summary>How long a packet is remembered: whoever puts it together waits no longer, as a rule.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<FragmentKey, Entry> _packets = [];
    private readonly Dictionary<PortId, Queue<(FragmentKey Key, TimeSpan Since)>> _byPort = [];

    /// <summary>Packets remembered.</summary>
    public int Count => _packets.Count;

    /// <summary>Packets that gave way before their time.</summary>
    public long GaveWay { get; private set; }

    /// <inheritdoc/>
    public FragmentStanding Find(in FragmentKey key, out FragmentHead head)
    {
        head = default;
        if (!_packets.TryGetValue(key, out var entry))
            return FragmentStanding.Awaited;
        head = entry.Head.GetValueOrDefault();
        return entry.Head is null ? FragmentStanding.Lost : FragmentStanding.Known;
    }

    /// <summary>Remembers what a first fragment told; of two of one packet, what the later told.</summary>
    public void Remember(in FragmentKey key, FragmentHead head, TimeSpan now) => Enter(key, head, now);

    /// <summary>The first fragment of a packet did not come in time: the rest of it waits no longer.</summary>
    public void Lose(in FragmentKey key, TimeSpan now)
    {
        if (!_packets.ContainsKey(key))
            Enter(key, head: null, now);
    }

    /// <summary>Forgets the packets whose time is over.</summary>
    public void Expire(TimeSpan now)
    {
        foreach (var (port, queue) in _byPort)
        {
            while (queue.TryPeek(out var oldest) && oldest.Since + Lifetime <= now)
                Forget(queue.Dequeue());
            if (queue.Count == 0)
                _byPort.Remove(port);
        }
    }

    private void Enter(in FragmentKey key, FragmentHead? head, TimeSpan now)
    {
        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(_byPort, key.Ingress, out _);
        queue ??= [];
        queue.Enqueue((key, now));
        _packets[key] = new Entry(head, now);
        // A number that is used again stands in the queue twice, so the queue is what is bounded.
        if (queue.Count > MaxPerPort)
            GiveWay(queue);
        else if (_packets.Count > MaxPackets)
            GiveWay(_byPort.Values.MaxBy(ofPort => ofPort.Count)!);
    }

    private void GiveWay(Queue<(FragmentKey Key, TimeSpan Since)> queue)
    {
        if (Forget(queue.Dequeue()))
            GaveWay++;
    }

    /// <summary>Forgets a packet, unless its number has been used again since.</summary>
    private bool Forget((FragmentKey Key, TimeSpan Since) oldest) =>
        _packets.TryGetValue(oldest.Key, out var entry) && entry.Since == oldest.Since && _packets.Remove(oldest.Key);

    private readonly record struct Entry(FragmentHead? Head, TimeSpan Since);
}
