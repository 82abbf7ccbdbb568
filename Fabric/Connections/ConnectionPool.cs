using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fabric.Connections;

/// <summary>The connections of one IP version: entries in an array, found by either direction.</summary>
/// <remarks>
/// Not thread-safe. A node is an entry and one of its directions: twice the entry's place, plus one for the return direction. Both kinds are in one
/// table of buckets. Grows by doubling and never shrinks; otherwise allocates nothing.
/// </remarks>
internal sealed class ConnectionPool<TAddress>(ulong seed)
    where TAddress : unmanaged, IBinaryInteger<TAddress>
{
    /// <summary>No node, no entry.</summary>
    public const int None = -1;

    private const int FirstSize = 64;

    private ConnectionEntry<TAddress>[] _entries = [];
    private int[] _buckets = [];
    private int _free = None;
    private int _used;

    /// <summary>Entries in use.</summary>
    public int Count { get; private set; }

    /// <summary>Places that are or were in use.</summary>
    public int Places => _used;

    /// <summary>What the pool takes, in bytes.</summary>
    public long Bytes => (long)_entries.Length * Unsafe.SizeOf<ConnectionEntry<TAddress>>() + (long)_buckets.Length * sizeof(int);

    /// <summary>The entry at a place.</summary>
    public ref ConnectionEntry<TAddress> this[int slot] => ref _entries[slot];

    /// <summary>The entry at a place is of this generation and in use.</summary>
    public bool Holds(int slot, uint generation) =>
        (uint)slot < (uint)_used && _entries[slot].Owner != None && _entries[slot].Generation == generation;

    /// <summary>The first node of a direction, the latest entered first; or <see cref="None"/>.</summary>
    public int Find(byte protocol, in ConnectionTuple<TAddress> tuple) =>
        _buckets.Length == 0 ? None : FindFrom(_buckets[BucketOf(protocol, tuple)], protocol, tuple);

    /// <summary>The next node of the same direction; or <see cref="None"/>.</summary>
    public int FindNext(int node)
    {
        ref var entry = ref _entries[node >> 1];
        return FindFrom(NextOf(node), entry.Protocol, IsReturn(node) ? entry.Return : entry.Forward);
    }

    /// <summary>A node is of the return direction.</summary>
    public static bool IsReturn(int node) => (node & 1) != 0;

    /// <summary>Takes a place for a connection, which has nothing seen yet.</summary>
    public int Add(byte protocol, in ConnectionTuple<TAddress> forward, in ConnectionTuple<TAddress> back, int owner)
    {
        var slot = TakePlace();
        ref var entry = ref _entries[slot];
        var generation = entry.Generation + 1;
        entry = new ConnectionEntry<TAddress>
        {
            Forward = forward,
            Return = back,
            Protocol = protocol,
            Owner = owner,
            Generation = generation,
            Older = None,
            Newer = None,
        };
        Link(slot << 1);
        Link(slot << 1 | 1);
        Count++;
        return slot;
    }

    /// <summary>Gives a place back.</summary>
    public void Remove(int slot)
    {
        ref var entry = ref _entries[slot];
        Unlink(slot << 1, BucketOf(entry.Protocol, entry.Forward));
        Unlink(slot << 1 | 1, BucketOf(entry.Protocol, entry.Return));
        entry.Owner = None;
        entry.NextForward = _free;
        _free = slot;
        Count--;
    }

    private int TakePlace()
    {
        if (_free != None)
        {
            var free = _free;
            _free = _entries[free].NextForward;
            return free;
        }
        if (_used == _entries.Length)
            Grow();
        return _used++;
    }

    private void Grow()
    {
        var size = Math.Max(FirstSize, _entries.Length * 2);
        Array.Resize(ref _entries, size);
        var before = _buckets;
        _buckets = new int[size * 2];
        _buckets.AsSpan().Fill(None);
        var nodes = new Stack<int>();
        foreach (var first in before)
        {
            for (var node = first; node != None; node = NextOf(node))
                nodes.Push(node);
            // From the last to the first: of two of one direction that one is found again which was.
            while (nodes.TryPop(out var node))
                Link(node);
        }
    }

    private void Link(int node)
    {
        ref var entry = ref _entries[node >> 1];
        ref var first = ref _buckets[BucketOf(entry.Protocol, IsReturn(node) ? entry.Return : entry.Forward)];
        (NextOf(node), first) = (first, node);
    }

    private void Unlink(int node, int bucket)
    {
        ref var link = ref _buckets[bucket];
        while (link != node)
            link = ref NextOf(link);
        link = NextOf(node);
    }

    private ref int NextOf(int node)
    {
        ref var entry = ref _entries[node >> 1];
        return ref IsReturn(node) ? ref entry.NextReturn : ref entry.NextForward;
    }

    private int FindFrom(int node, byte protocol, in ConnectionTuple<TAddress> tuple)
    {
        for (; node != None; node = NextOf(node))
        {
            ref var entry = ref _entries[node >> 1];
            if (entry.Protocol == protocol && (IsReturn(node) ? entry.Return : entry.Forward) == tuple)
                break;
        }
        return node;
    }

    private int BucketOf(byte protocol, in ConnectionTuple<TAddress> tuple)
    {
        var (source, destination) = (UInt128.CreateTruncating(tuple.Source), UInt128.CreateTruncating(tuple.Destination));
        var hash = Mix(seed, (ulong)(uint)tuple.Zone << 32 | (ulong)tuple.SourcePort << 16 | tuple.DestinationPort);
        hash = Mix(Mix(hash ^ protocol, (ulong)source), (ulong)destination);
        if (typeof(TAddress) == typeof(UInt128))
            hash = Mix(Mix(hash, (ulong)(source >> 64)), (ulong)(destination >> 64));
        return (int)(hash >> 32) & (_buckets.Length - 1);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        var mixed = (BitOperations.RotateLeft(hash, 23) ^ word) * 0xff51_afd7_ed55_8ccd;
        return mixed ^ mixed >> 32;
    }
}
