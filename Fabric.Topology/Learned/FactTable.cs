using Fabric.Devices;

namespace Fabric.Topology.Learned;

/// <summary>The newest fact about each of many things, with its version, owner and end.</summary>
/// <remarks>One caller at a time. Time is an argument. Of two facts the higher (version, owner) holds, so the order of arrival is no matter.</remarks>
internal sealed class FactTable<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Fact> _facts = [];
    private readonly PriorityQueue<TKey, DateTimeOffset> _ends = new();

    /// <summary>How many facts hold.</summary>
    internal int Count => _facts.Count;

    /// <summary>The version that a fact learned here now must have.</summary>
    internal long NextVersion(TKey key) => _facts.TryGetValue(key, out var fact) ? fact.Version + 1 : 1;

    /// <summary>The same value is known from the same owner already; a renewal needs no new version.</summary>
    internal bool Holds(TKey key, TValue value, HostId owner) =>
        _facts.TryGetValue(key, out var fact) && fact.Owner == owner && EqualityComparer<TValue>.Default.Equals(fact.Value, value);

    /// <summary>Puts the end of a fact off.</summary>
    internal void Renew(TKey key, DateTimeOffset end)
    {
        // Its place in the queue stays: Expire looks again before it believes the queue.
        _facts[key] = _facts[key] with
        {
            End = end,
        };
    }

    /// <summary>Takes a fact if it is newer than what is known.</summary>
    internal bool TryPut(TKey key, TValue value, HostId owner, long version, DateTimeOffset end)
    {
        var isKnown = _facts.TryGetValue(key, out var known);
        if (isKnown && (version, owner.Value).CompareTo((known.Version, known.Owner.Value)) <= 0)
            return false;
        _facts[key] = new Fact(value, owner, version, end);
        if (!isKnown)
            _ends.Enqueue(key, end);
        return true;
    }

    /// <summary>Forgets the facts whose end has come.</summary>
    /// <param name="now">The time.</param>
    /// <param name="forgotten">Is told the key of each.</param>
    internal void Expire(DateTimeOffset now, Action<TKey> forgotten)
    {
        while (_ends.TryPeek(out var key, out var end) && end <= now)
        {
            _ends.Dequeue();
            var fact = _facts[key];
            if (fact.End > now)
            {
                _ends.Enqueue(key, fact.End);
                continue;
            }
            _facts.Remove(key);
            forgotten(key);
        }
    }

    private readonly record struct Fact(TValue Value, HostId Owner, long Version, DateTimeOffset End);
}
