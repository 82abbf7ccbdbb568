using System.Diagnostics.CodeAnalysis;
using Fabric.Devices;

namespace Fabric.Topology.Learned;

/// <summary>The newest fact about each of many things.</summary>
/// <remarks>
/// One caller at a time. Time is an argument, in ticks of the clock. Of two facts the higher (version, owner) holds, so the order of arrival is
/// no matter.
/// </remarks>
/// <param name="self">This host.</param>
internal sealed class FactTable<TKey, TValue>(HostId self)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Fact<TValue>> _facts = [];

    /// <summary>How many facts there are.</summary>
    internal int Count => _facts.Count;

    /// <summary>All facts.</summary>
    internal IEnumerable<KeyValuePair<TKey, Fact<TValue>>> All => _facts;

    /// <summary>Finds a fact.</summary>
    internal bool TryGet(TKey key, out Fact<TValue> fact) => _facts.TryGetValue(key, out fact);

    /// <summary>Takes what this host has learned; it is newer than all that it has seen.</summary>
    internal void Learn(TKey key, TValue value, long now) =>
        _facts[key] = new Fact<TValue>(value, self, _facts.TryGetValue(key, out var known) ? known.Version + 1 : 1, now, now);

    /// <summary>Takes a fact of any owner if it is newer than what is known; the same one again proves true.</summary>
    /// <returns>The value is another one now.</returns>
    internal bool TryMerge(TKey key, TValue value, HostId owner, long version, long now)
    {
        var isKnown = _facts.TryGetValue(key, out var known);
        var order = isKnown ? (version, owner.Value).CompareTo((known.Version, known.Owner.Value)) : 1;
        if (order == 0)
            _facts[key] = known with { ConfirmedAt = now };
        if (order <= 0)
            return false;
        _facts[key] = new Fact<TValue>(value, owner, version, now, now);
        return !isKnown || !EqualityComparer<TValue>.Default.Equals(known.Value, value);
    }

    /// <summary>A fact proved true.</summary>
    internal void Confirm(TKey key, long when)
    {
        if (_facts.TryGetValue(key, out var known) && known.ConfirmedAt < when)
            _facts[key] = known with { ConfirmedAt = when };
    }

    /// <summary>Others are told a fact now.</summary>
    internal void Tell(TKey key, long now) => _facts[key] = _facts[key] with { ToldAt = now };

    /// <summary>Forgets a fact.</summary>
    internal void Remove(TKey key) => _facts.Remove(key);

    /// <summary>The keys of facts that something is true of.</summary>
    [SuppressMessage("Performance", "CA1859", Justification = "callers change the table while they go through the list")]
    internal IReadOnlyList<TKey> Find(Func<TKey, Fact<TValue>, bool> isWanted) =>
        [.. _facts.Where(pair => isWanted(pair.Key, pair.Value)).Select(pair => pair.Key)];
}
