using Fabric.Addresses;
using Fabric.Flows;

namespace Fabric.Agent.FlowTable;

/// <summary>Finds the flows that depend on something: one tag has many cohorts, one cohort many tags.</summary>
/// <remarks>Not thread-safe: owned by one upcall thread.</remarks>
internal sealed class TagIndex
{
    private readonly Dictionary<FlowTag, TagBucket> _exact = [];
    private readonly Dictionary<(FlowTagKind Kind, ulong Device, IpFamily Family), PrefixTagIndex> _byPrefix = [];

    /// <summary>Enters a cohort under all its tags.</summary>
    public void Add(FlowCohort cohort)
    {
        cohort.TagPlaces = new int[cohort.Tags.Length];
        for (var i = 0; i < cohort.Tags.Length; i++)
            cohort.TagPlaces[i] = BucketOf(cohort.Tags[i]).Add(cohort, i);
    }

    /// <summary>Takes a cohort out of all its tags; tags without cohorts vanish.</summary>
    public void Remove(FlowCohort cohort)
    {
        for (var i = 0; i < cohort.Tags.Length; i++)
        {
            ref readonly var tag = ref cohort.Tags[i];
            var bucket = BucketOf(tag);
            bucket.RemoveAt(cohort.TagPlaces[i]);
            if (bucket.Count == 0)
                Drop(tag);
        }
    }

    /// <summary>Some cohort carries the very tag; not for tags of prefixes.</summary>
    public bool HasAny(in FlowTag tag) => _exact.ContainsKey(tag);

    /// <summary>Adds the flows that a touched tag concerns.</summary>
    public void Collect(in FlowTag impact, ISet<FlowRecord> hit)
    {
        if (!impact.IsPrefix)
        {
            if (_exact.TryGetValue(impact, out var bucket))
                PrefixTagIndex.AddAll(bucket, hit);
        }
        else if (_byPrefix.TryGetValue(PlaceOf(impact), out var index))
        {
            index.Collect(impact.AsPrefix, hit);
        }
    }

    private TagBucket BucketOf(in FlowTag tag)
    {
        if (!tag.IsPrefix)
            return _exact.TryGetValue(tag, out var bucket) ? bucket : _exact[tag] = new TagBucket();
        var place = PlaceOf(tag);
        if (!_byPrefix.TryGetValue(place, out var index))
            _byPrefix[place] = index = new PrefixTagIndex();
        return index.BucketOf(tag.AsPrefix);
    }

    private void Drop(in FlowTag tag)
    {
        if (!tag.IsPrefix)
        {
            _exact.Remove(tag);
            return;
        }
        var place = PlaceOf(tag);
        _byPrefix[place].Trim(tag.AsPrefix);
        if (_byPrefix[place].IsEmpty)
            _byPrefix.Remove(place);
    }

    private static (FlowTagKind, ulong, IpFamily) PlaceOf(in FlowTag tag) => (tag.Kind, tag.Device, tag.Family);
}
