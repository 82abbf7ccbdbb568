using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fabric.Connections;

/// <summary>The connections of one IP version: entries in chunks, found by either direction.</summary>
/// <remarks>
/// Not thread-safe. A node is an entry and one of its directions: twice the entry's place, plus one for the return direction. Both kinds are in one
/// index. Grows by a chunk at a time and never shrinks; otherwise allocates nothing.
/// </remarks>
internal sealed class ConnectionPool<TAddress>(ulong seed)
    where TAddress : unmanaged, IBinaryInteger<TAddress>
{
    /// <summary>No node, no entry.</summary>
    public const int None = NodeIndex.None;

    private const int ChunkBits = 8;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly NodeIndex _index = new();
    private ConnectionEntry<TAddress>[][] _entries = [];
    private int _chunks;
    private int _free = None;
    private int _used;

    /// <summary>Entries in use.</summary>
    public int Count { get; private set; }

    /// <summary>Places that are or were in use.</summary>
    public int Places => _used;

    /// <summary>What the pool takes, in bytes.</summary>
    public long Bytes => (long)_chunks * ChunkSize * Unsafe.SizeOf<ConnectionEntry<TAddress>>() + _index.Bytes;

    /// <summary>The entry at a place.</summary>
    public ref ConnectionEntry<TAddress> this[int slot] => ref _entries[slot >> ChunkBits][slot & (ChunkSize - 1)];

    /// <summary>The entry at a place is of this generation and in use.</summary>
    public bool Holds(int slot, uint generation) =>
        (uint)slot < (uint)_used && this[slot].Owner != None && this[slot].Generation == generation;

    /// <summary>The first node of a direction, the latest entered first; or <see cref="None"/>.</summary>
    public int Find(byte protocol, in ConnectionTuple<TAddress> tuple) => FindBefore(None, protocol, tuple);

    /// <summary>The next node of the same direction; or <see cref="None"/>.</summary>
    public int FindNext(int node) => FindBefore(node, this[node >> 1].Protocol, TupleOf(node));

    /// <summary>A node is of the return direction.</summary>
    public static bool IsReturn(int node) => (node & 1) != 0;

    /// <summary>Takes a place for a connection, which has nothing seen yet.</summary>
    public int Add(byte protocol, in ConnectionTuple<TAddress> forward, in ConnectionTuple<TAddress> back, int owner)
    {
        var slot = TakePlace();
        ref var entry = ref this[slot];
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
        _index.Add(HashOf(protocol, forward), slot << 1);
        _index.Add(HashOf(protocol, back), slot << 1 | 1);
        Count++;
        return slot;
    }

    /// <summary>Gives a place back.</summary>
    public void Remove(int slot)
    {
        ref var entry = ref this[slot];
        _index.Remove(HashOf(entry.Protocol, entry.Forward), slot << 1);
        _index.Remove(HashOf(entry.Protocol, entry.Return), slot << 1 | 1);
        entry.Owner = None;
        entry.Older = _free;
        _free = slot;
        Count--;
    }

    private int TakePlace()
    {
        if (_free != None)
        {
            var free = _free;
            _free = this[free].Older;
            return free;
        }
        if (_used == _chunks * ChunkSize)
            AddChunk();
        return _used++;
    }

    private void AddChunk()
    {
        if (_chunks == _entries.Length)
            Array.Resize(ref _entries, Math.Max(4, _chunks * 2));
        // Pinned: a collection of garbage need not copy it. Cleared, so that its memory is there before packets need it.
        _entries[_chunks++] = GC.AllocateArray<ConnectionEntry<TAddress>>(ChunkSize, pinned: true);
    }

    /// <summary>The latest node of a direction that was entered before another; <see cref="None"/> for all.</summary>
    private int FindBefore(int node, byte protocol, in ConnectionTuple<TAddress> tuple)
    {
        var found = None;
        for (var walk = _index.Of(HashOf(protocol, tuple)); walk.MoveNext() && walk.Current != node; )
        {
            if (this[walk.Current >> 1].Protocol == protocol && TupleOf(walk.Current) == tuple)
                found = walk.Current;
        }
        return found;
    }

    private ref readonly ConnectionTuple<TAddress> TupleOf(int node)
    {
        ref var entry = ref this[node >> 1];
        return ref IsReturn(node) ? ref entry.Return : ref entry.Forward;
    }

    private uint HashOf(byte protocol, in ConnectionTuple<TAddress> tuple)
    {
        var (source, destination) = (UInt128.CreateTruncating(tuple.Source), UInt128.CreateTruncating(tuple.Destination));
        var hash = Mix(seed, (ulong)(uint)tuple.Zone << 32 | (ulong)tuple.SourcePort << 16 | tuple.DestinationPort);
        hash = Mix(Mix(hash ^ protocol, (ulong)source), (ulong)destination);
        if (typeof(TAddress) == typeof(UInt128))
            hash = Mix(Mix(hash, (ulong)(source >> 64)), (ulong)(destination >> 64));
        return (uint)(hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        var mixed = (BitOperations.RotateLeft(hash, 23) ^ word) * 0xff51_afd7_ed55_8ccd;
        return mixed ^ mixed >> 32;
    }
}
