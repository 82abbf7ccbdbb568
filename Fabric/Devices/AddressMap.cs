using System.Collections;
using Fabric.Addresses;
using Fabric.Collections;

namespace Fabric.Devices;

/// <summary>What addresses lead to.</summary>
/// <remarks>Immutable; any thread. Each version has a map of its own, for an IPv4 address needs a quarter of the room.</remarks>
/// <typeparam name="TValue">What they lead to.</typeparam>
public sealed class AddressMap<TValue> : IReadOnlyDictionary<IpAddress, TValue>
{
    private readonly PersistentMap<uint, TValue> _v4;
    private readonly PersistentMap<UInt128, TValue> _v6;

    private AddressMap(PersistentMap<uint, TValue> v4, PersistentMap<UInt128, TValue> v6) => (_v4, _v6) = (v4, v6);

    /// <summary>The map without addresses.</summary>
    public static AddressMap<TValue> Empty { get; } = new(PersistentMap<uint, TValue>.Empty, PersistentMap<UInt128, TValue>.Empty);

    /// <inheritdoc/>
    public int Count => _v4.Count + _v6.Count;

    /// <inheritdoc/>
    public IEnumerable<IpAddress> Keys => this.Select(pair => pair.Key);

    /// <inheritdoc/>
    public IEnumerable<TValue> Values => _v4.Values.Concat(_v6.Values);

    /// <inheritdoc/>
    public TValue this[IpAddress key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"{key} is not in the map");

    /// <summary>Makes a map of entries at once.</summary>
    public static AddressMap<TValue> Of(IReadOnlyDictionary<IpAddress, TValue> entries) =>
        new(
            entries.Where(pair => pair.Key.Family == IpFamily.V4).ToPersistentMap(pair => (uint)pair.Key.Bits, pair => pair.Value),
            entries.Where(pair => pair.Key.Family == IpFamily.V6).ToPersistentMap(pair => pair.Key.Bits, pair => pair.Value)
        );

    /// <inheritdoc/>
    public bool ContainsKey(IpAddress key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(IpAddress key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value) =>
        key.Family == IpFamily.V4 ? _v4.TryGetValue((uint)key.Bits, out value) : _v6.TryGetValue(key.Bits, out value);

    /// <summary>The map with more addresses, which were not there.</summary>
    public AddressMap<TValue> AddRange(IEnumerable<KeyValuePair<IpAddress, TValue>> entries) =>
        entries.Aggregate(
            this,
            (map, entry) =>
                entry.Key.Family == IpFamily.V4
                    ? new(map._v4.Add((uint)entry.Key.Bits, entry.Value), map._v6)
                    : new(map._v4, map._v6.Add(entry.Key.Bits, entry.Value))
        );

    /// <summary>The map without some addresses, as far as they were there.</summary>
    public AddressMap<TValue> RemoveRange(IEnumerable<IpAddress> keys) =>
        keys.Aggregate(
            this,
            (map, key) => key.Family == IpFamily.V4 ? new(map._v4.Remove((uint)key.Bits), map._v6) : new(map._v4, map._v6.Remove(key.Bits))
        );

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<IpAddress, TValue>> GetEnumerator()
    {
        foreach (var (bits, value) in _v4)
            yield return KeyValuePair.Create(IpAddress.V4(bits), value);
        foreach (var (bits, value) in _v6)
            yield return KeyValuePair.Create(IpAddress.V6(bits), value);
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
