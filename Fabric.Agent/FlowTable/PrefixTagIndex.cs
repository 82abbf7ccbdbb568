using Fabric.Addresses;

namespace Fabric.Agent.FlowTable;

/// <summary>The flows whose lookups at one device told apart prefixes of one version: found by overlap.</summary>
internal sealed class PrefixTagIndex
{
    private readonly Dictionary<IpPrefix, TagBucket> _buckets = [];
    private readonly SortedSet<IpPrefix> _sorted = [];

    /// <summary>No flow is left.</summary>
    public bool IsEmpty => _buckets.Count == 0;

    /// <summary>The bucket of a prefix, made if need be.</summary>
    public TagBucket BucketOf(IpPrefix prefix)
    {
        if (_buckets.TryGetValue(prefix, out var bucket))
            return bucket;
        _sorted.Add(prefix);
        return _buckets[prefix] = new TagBucket();
    }

    /// <summary>Drops the bucket of a prefix when no flow is left in it.</summary>
    public void Trim(IpPrefix prefix)
    {
        if (!_buckets.TryGetValue(prefix, out var bucket) || bucket.Count > 0)
            return;
        _buckets.Remove(prefix);
        _sorted.Remove(prefix);
    }

    /// <summary>Adds the flows of every prefix that overlaps one: those that contain it and those within it.</summary>
    public void Collect(IpPrefix impact, ISet<FlowRecord> hit)
    {
        for (var length = 0; length < impact.Length; length++)
        {
            if (_buckets.TryGetValue(new IpPrefix(impact.Address, length), out var containing))
                AddAll(containing, hit);
        }
        // Ordered by address then length, so this is exactly the impact and what lies within.
        var highest = IpPrefix.Host(impact.Last);
        if (impact.CompareTo(highest) > 0)
            return;
        foreach (var prefix in _sorted.GetViewBetween(impact, highest))
            AddAll(_buckets[prefix], hit);
    }

    internal static void AddAll(TagBucket bucket, ISet<FlowRecord> hit)
    {
        foreach (var (cohort, _) in bucket.Entries)
        {
            foreach (var record in cohort.Records)
                hit.Add(record);
        }
    }
}
