namespace Fabric.Collections;

/// <summary>Makes maps of what is at hand.</summary>
public static class PersistentMapSource
{
    /// <summary>A map of the same entries.</summary>
    public static PersistentMap<TKey, TValue> ToPersistentMap<TKey, TValue>(this IReadOnlyCollection<KeyValuePair<TKey, TValue>> entries)
        where TKey : notnull => PersistentMap<TKey, TValue>.Of([.. entries]);

    /// <summary>A map of what two functions make of each member; keys are distinct.</summary>
    public static PersistentMap<TKey, TValue> ToPersistentMap<T, TKey, TValue>(
        this IEnumerable<T> members,
        Func<T, TKey> key,
        Func<T, TValue> value
    )
        where TKey : notnull =>
        PersistentMap<TKey, TValue>.Of([.. members.Select(member => KeyValuePair.Create(key(member), value(member)))]);
}
