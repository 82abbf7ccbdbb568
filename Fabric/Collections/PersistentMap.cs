using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Fabric.Collections;

/// <summary>A map that is never changed: every change gives another map, which shares with the first all that it did not touch.</summary>
/// <remarks>
/// <para>
/// Immutable; any thread. Keys are compared by their own equality. No order is promised. Two maps are equal when they are one object. It takes
/// about six bytes an entry beside the keys and values, and what a change costs does not grow with the map.
/// </para>
/// <para>
/// A tree over the bits of the hash, highest first. Entries stand in arrays of up to 16, which begin as one and are cut in two, by the next bit of the
/// hash, when they grow beyond; an inner node has 2, 4, 8, 16 or 32 places for 1 to 5 bits, and an array that is not cut so far stands in
/// several places beside each other (extendible hashing: Fagin, Nievergelt, Pippenger, Strong, 1979). A compressed trie of single entries
/// (Steindorfer, Vinju, 2015) is as quick but takes thirty bytes an entry.
/// <code>
///   inner, 2 bits        | 00 | 01 | 10 | 11 |
///                          \    /     |    \
///   entries             [ 14 of them ] [9]  [inner, ...]
/// </code>
/// </para>
/// </remarks>
/// <typeparam name="TKey">Compared by its own equality.</typeparam>
/// <typeparam name="TValue">What keys lead to.</typeparam>
public sealed partial class PersistentMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>
    where TKey : notnull
{
    // Either an array of entries or an inner node, which is an array of such. One object less a node than with a class for each.
    private readonly object _root;

    private PersistentMap(object root, int count) => (_root, Count) = (root, count);

    /// <summary>The map without entries.</summary>
    public static PersistentMap<TKey, TValue> Empty { get; } = new(Array.Empty<KeyValuePair<TKey, TValue>>(), 0);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>There are no entries.</summary>
    public bool IsEmpty => Count == 0;

    /// <inheritdoc/>
    public IEnumerable<TKey> Keys => this.Select(entry => entry.Key);

    /// <inheritdoc/>
    public IEnumerable<TValue> Values => this.Select(entry => entry.Value);

    /// <inheritdoc/>
    public TValue this[TKey key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"{key} is not in the map");

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var entries = MapNode<TKey, TValue>.Descend(_root, MapNode<TKey, TValue>.HashOf(key));
        foreach (ref readonly var entry in entries.AsSpan())
        {
            if (EqualityComparer<TKey>.Default.Equals(entry.Key, key))
            {
                value = entry.Value;
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>The value of a key, or the type's default.</summary>
    public TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out var value) ? value : default;

    /// <summary>The value of a key, or another.</summary>
    public TValue GetValueOrDefault(TKey key, TValue otherwise) => TryGetValue(key, out var value) ? value : otherwise;

    /// <summary>The map in which a key leads to a value, whether it was there or not.</summary>
    public PersistentMap<TKey, TValue> SetItem(TKey key, TValue value)
    {
        var count = Count;
        var root = MapNode<TKey, TValue>.With(_root, new(key, value), MapNode<TKey, TValue>.HashOf(key), 0, ref count);
        return ReferenceEquals(root, _root) ? this : new PersistentMap<TKey, TValue>(root, count);
    }

    /// <summary>The map with one entry more.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public PersistentMap<TKey, TValue> Add(TKey key, TValue value) =>
        ContainsKey(key) ? throw new ArgumentException($"{key} is in the map already", nameof(key)) : SetItem(key, value);

    /// <summary>The map with more entries, whose keys were not there.</summary>
    /// <exception cref="ArgumentException">A key is there already.</exception>
    public PersistentMap<TKey, TValue> AddRange(IEnumerable<KeyValuePair<TKey, TValue>> entries) =>
        entries.Aggregate(this, (map, entry) => map.Add(entry.Key, entry.Value));

    /// <summary>The map without a key, if it was there.</summary>
    public PersistentMap<TKey, TValue> Remove(TKey key)
    {
        var root = MapNode<TKey, TValue>.Without(_root, key, MapNode<TKey, TValue>.HashOf(key));
        return ReferenceEquals(root, _root) ? this
            : Count == 1 ? Empty
            : new PersistentMap<TKey, TValue>(root, Count - 1);
    }

    /// <summary>The map without some keys, as far as they were there.</summary>
    public PersistentMap<TKey, TValue> RemoveRange(IEnumerable<TKey> keys) => keys.Aggregate(this, (map, key) => map.Remove(key));

    /// <summary>Makes a map of entries at once, which costs less than one after the other.</summary>
    /// <param name="entries">With distinct keys.</param>
    internal static PersistentMap<TKey, TValue> Of(KeyValuePair<TKey, TValue>[] entries)
    {
        if (entries.Length == 0)
            return Empty;
        var hashes = Array.ConvertAll(entries, entry => MapNode<TKey, TValue>.HashOf(entry.Key));
        Array.Sort(hashes, entries);
        return new PersistentMap<TKey, TValue>(MapNode<TKey, TValue>.Of(entries, hashes, 0), entries.Length);
    }

    /// <summary>Keys that one of two maps lacks, or whose values are not equal; what the maps share is not looked at.</summary>
    public IEnumerable<TKey> KeysUnlike(PersistentMap<TKey, TValue> other)
    {
        foreach (var (key, value) in MapNode<TKey, TValue>.Beside(_root, other._root))
        {
            if (!other.TryGetValue(key, out var theirs) || !EqualityComparer<TValue>.Default.Equals(value, theirs))
                yield return key;
        }
        foreach (var (key, _) in MapNode<TKey, TValue>.Beside(other._root, _root))
        {
            if (!ContainsKey(key))
                yield return key;
        }
    }

    /// <summary>Goes through the entries; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(_root);

    /// <inheritdoc/>
    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
