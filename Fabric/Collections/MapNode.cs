using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Fabric.Collections;

/// <summary>What <see cref="PersistentMap{TKey, TValue}"/> does with a node: an array of entries, or of nodes by the next bits of the hash.</summary>
internal static class MapNode<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Bits that one inner node tells apart, at most.</summary>
    public const int MaxBits = 5;

    /// <summary>Entries of an array, at most; more only where all bits of their hashes are equal.</summary>
    private const int MaxEntries = 16;

    private const int HashBits = 32;

    /// <summary>The hash of a key; its highest bits are as good as any.</summary>
    /// <remarks>Multiplied by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4), what differs somewhere differs in the highest bits.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint HashOf(TKey key)
    {
        var hash = (uint)EqualityComparer<TKey>.Default.GetHashCode(key);
        return (hash ^ hash >> 15) * 0x9e37_79b1;
    }

    /// <summary>The array in which an entry of a hash is, if it is anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeyValuePair<TKey, TValue>[] Descend(object node, uint hash)
    {
        while (node.GetType() == typeof(object[]))
        {
            var places = Unsafe.As<object[]>(node);
            node = places[PlaceOf(places, hash)];
            hash <<= MaxBits;
        }
        return EntriesOf(node);
    }

    /// <summary>The node with an entry; the node itself if it has an equal one.</summary>
    /// <param name="node">The node.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="hash">The hash of its key, shifted by the bits that led here.</param>
    /// <param name="used">How many bits led here.</param>
    /// <param name="count">Grows if the key is new.</param>
    public static object With(object node, in KeyValuePair<TKey, TValue> entry, uint hash, int used, ref int count)
    {
        if (node is not object[] places)
        {
            var entries = With(EntriesOf(node), entry, ref count);
            return entries.Length <= MaxEntries ? entries : Cut(entries, used);
        }
        var at = PlaceOf(places, hash);
        var (first, length) = BlockOf(places, at);
        if (places[at] is object[] || length == 1 && places.Length == 1 << MaxBits)
        {
            var child = With(places[at], entry, hash << MaxBits, used + MaxBits, ref count);
            return ReferenceEquals(child, places[at]) ? places : Replace(places, first, 1, child);
        }
        // What stands in several places, or in few, can be cut within this node.
        var grown = With(EntriesOf(places[at]), entry, ref count);
        if (ReferenceEquals(grown, places[at]))
            return places;
        return grown.Length <= MaxEntries ? Replace(places, first, length, grown) : Refill(places, first, length, grown, used);
    }

    /// <summary>The node without a key; the node itself if the key is not there.</summary>
    public static object Without(object node, TKey key, uint hash)
    {
        if (node is not object[] places)
        {
            var entries = EntriesOf(node);
            var found = Find(entries, key);
            return found < 0 ? node : (KeyValuePair<TKey, TValue>[])[.. entries.AsSpan(0, found), .. entries.AsSpan(found + 1)];
        }
        var at = PlaceOf(places, hash);
        var rest = Without(places[at], key, hash << MaxBits);
        if (ReferenceEquals(rest, places[at]))
            return node;
        var (first, length) = BlockOf(places, at);
        places = Replace(places, first, length, rest);
        return rest is object[] ? places : Join(places, first, length);
    }

    /// <summary>A node of entries in the order of their hashes.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="hashes">The whole hash of each.</param>
    /// <param name="used">How many bits of these they have in common.</param>
    public static object Of(ReadOnlySpan<KeyValuePair<TKey, TValue>> entries, ReadOnlySpan<uint> hashes, int used)
    {
        if (entries.Length <= MaxEntries || used >= HashBits)
            return entries.ToArray();
        var places = new object[1 << BitsNeeded(hashes, used, 0)];
        Fill(places, entries, hashes, used, 0);
        return places;
    }

    /// <summary>The entries of a node that stand in arrays which another node has not.</summary>
    public static IEnumerable<KeyValuePair<TKey, TValue>> Beside(object node, object? other)
    {
        if (ReferenceEquals(node, other))
            return [];
        if (node is not object[] places)
            return EntriesOf(node);
        return Enumerable
            .Range(0, places.Length)
            .Where(i => i == 0 || !ReferenceEquals(places[i], places[i - 1]))
            .SelectMany(i => Beside(places[i], other is object[] theirs ? theirs[i * theirs.Length / places.Length] : null));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PlaceOf(object[] places, uint hash) => (int)((ulong)hash * (uint)places.Length >> HashBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static KeyValuePair<TKey, TValue>[] EntriesOf(object node)
    {
        Debug.Assert(node is KeyValuePair<TKey, TValue>[], "what is no inner node is an array of entries");
        return Unsafe.As<KeyValuePair<TKey, TValue>[]>(node);
    }

    private static int Find(KeyValuePair<TKey, TValue>[] entries, TKey key)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (EqualityComparer<TKey>.Default.Equals(entries[i].Key, key))
                return i;
        }
        return -1;
    }

    private static KeyValuePair<TKey, TValue>[] With(
        KeyValuePair<TKey, TValue>[] entries,
        in KeyValuePair<TKey, TValue> entry,
        ref int count
    )
    {
        var found = Find(entries, entry.Key);
        if (found < 0)
        {
            count++;
            return [.. entries, entry];
        }
        if (EqualityComparer<TValue>.Default.Equals(entries[found].Value, entry.Value))
            return entries;
        var changed = entries.AsSpan().ToArray();
        changed[found] = entry;
        return changed;
    }

    private static object Cut(KeyValuePair<TKey, TValue>[] entries, int used)
    {
        if (used >= HashBits)
            return entries;
        return Of(entries, SortedHashes(entries), used);
    }

    private static uint[] SortedHashes(KeyValuePair<TKey, TValue>[] entries)
    {
        var hashes = Array.ConvertAll(entries, entry => HashOf(entry.Key));
        Array.Sort(hashes, entries);
        return hashes;
    }

    /// <summary>The places round one that are all the same: a power of two of them, at a multiple of it.</summary>
    private static (int First, int Length) BlockOf(object[] places, int at)
    {
        var length = 1;
        while (length < places.Length)
        {
            var first = at & ~(2 * length - 1);
            if (!AreAll(places.AsSpan(first, 2 * length), places[at]))
                break;
            length *= 2;
        }
        return (at & ~(length - 1), length);
    }

    private static bool AreAll(ReadOnlySpan<object> places, object node)
    {
        foreach (var place in places)
        {
            if (!ReferenceEquals(place, node))
                return false;
        }
        return true;
    }

    private static object[] Replace(object[] places, int first, int length, object node)
    {
        var changed = places.AsSpan().ToArray();
        changed.AsSpan(first, length).Fill(node);
        return changed;
    }

    /// <summary>Puts entries in place of an array that they no longer fit in; the node gets more places if need be.</summary>
    private static object[] Refill(object[] places, int first, int length, KeyValuePair<TKey, TValue>[] entries, int used)
    {
        var hashes = SortedHashes(entries);
        var bits = int.Log2(places.Length);
        var known = bits - int.Log2(length);
        var more = Math.Max(bits, BitsNeeded(hashes, used, known)) - bits;
        var wide = new object[places.Length << more];
        for (var i = 0; i < wide.Length; i++)
            wide[i] = places[i >> more];
        Fill(wide.AsSpan(first << more, length << more), entries, hashes, used, known);
        return wide;
    }

    /// <summary>By how many bits of a node these entries have to be told apart, of which they have some in common.</summary>
    private static int BitsNeeded(ReadOnlySpan<uint> hashes, int used, int bits)
    {
        if (hashes.Length <= MaxEntries || bits == MaxBits)
            return bits;
        var ones = FirstWith(hashes, used + bits);
        return Math.Max(BitsNeeded(hashes[..ones], used, bits + 1), BitsNeeded(hashes[ones..], used, bits + 1));
    }

    private static void Fill(
        Span<object> places,
        ReadOnlySpan<KeyValuePair<TKey, TValue>> entries,
        ReadOnlySpan<uint> hashes,
        int used,
        int bits
    )
    {
        if (places.Length == 1 || entries.Length <= MaxEntries)
        {
            places.Fill(Of(entries, hashes, used + MaxBits));
            return;
        }
        var (half, ones) = (places.Length / 2, FirstWith(hashes, used + bits));
        Fill(places[..half], entries[..ones], hashes[..ones], used, bits + 1);
        Fill(places[half..], entries[ones..], hashes[ones..], used, bits + 1);
    }

    /// <summary>The first of sorted hashes, which agree in all bits before, that has a bit; bits behind the last are zero.</summary>
    private static int FirstWith(ReadOnlySpan<uint> hashes, int bit)
    {
        if (bit >= HashBits)
            return hashes.Length;
        var mask = 1u << (HashBits - 1 - bit);
        var (low, high) = (0, hashes.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = (hashes[middle] & mask) == 0 ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    /// <summary>Joins an array of few entries with that beside it; then places that are told apart for nothing become fewer.</summary>
    private static object Join(object[] places, int first, int length)
    {
        while (length < places.Length)
        {
            var (node, start) = (EntriesOf(places[first]), first ^ length);
            var beside = places[start];
            // Half full, so that the next entry does not cut it again.
            if (
                beside is object[]
                || !AreAll(places.AsSpan(start, length), beside)
                || node.Length + EntriesOf(beside).Length > MaxEntries / 2
            )
                break;
            first &= ~length;
            length *= 2;
            places.AsSpan(first, length).Fill((KeyValuePair<TKey, TValue>[])[.. node, .. EntriesOf(beside)]);
        }
        while (places.Length > 1 && AreInPairs(places))
            places = Halved(places);
        return places.Length == 1 ? places[0] : places;
    }

    private static bool AreInPairs(object[] places)
    {
        for (var i = 0; i < places.Length; i += 2)
        {
            if (!ReferenceEquals(places[i], places[i + 1]))
                return false;
        }
        return true;
    }

    private static object[] Halved(object[] places)
    {
        var half = new object[places.Length / 2];
        for (var i = 0; i < half.Length; i++)
            half[i] = places[2 * i];
        return half;
    }
}
