using System.Runtime.InteropServices;
using Fabric.Flows;

namespace Fabric.Agent.FlowTable;

/// <summary>Finds the flows that rest on a lookup of a connection.</summary>
/// <remarks>
/// Not thread-safe: owned by one upcall thread. Other tags are shared by many flows and kept by cohort; these are shared by two or three, and would make a
/// cohort of each.
/// </remarks>
internal sealed class ConnectionTagIndex
{
    private readonly Dictionary<FlowTag, Bucket> _buckets = [];

    /// <summary>Enters a flow under its connections' tags.</summary>
    public void Add(FlowRecord record)
    {
        foreach (ref readonly var tag in record.ConnectionTags)
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, tag, out var isThere);
            if (isThere)
                (bucket.Others ??= []).Add(record);
            else
                bucket.First = record;
        }
    }

    /// <summary>Takes a flow out.</summary>
    public void Remove(FlowRecord record)
    {
        foreach (ref readonly var tag in record.ConnectionTags)
        {
            ref var bucket = ref CollectionsMarshal.GetValueRefOrNullRef(_buckets, tag);
            if (bucket.First != record)
                bucket.Others!.Remove(record);
            else if (bucket.Others is { Count: > 0 } others)
            {
                bucket.First = others[^1];
                others.RemoveAt(others.Count - 1);
            }
            else
                _buckets.Remove(tag);
        }
    }

    /// <summary>Adds the flows that a touched tag concerns.</summary>
    public void Collect(in FlowTag impact, ISet<FlowRecord> hit)
    {
        if (!_buckets.TryGetValue(impact, out var bucket))
            return;
        hit.Add(bucket.First);
        if (bucket.Others is not null)
            hit.UnionWith(bucket.Others);
    }

    private struct Bucket
    {
        public FlowRecord First;
        public List<FlowRecord>? Others;
    }
}
