using System.Runtime.InteropServices;
using Fabric.Flows;

namespace Fabric.Agent.Datapaths.User;

/// <summary>Finds the flow for a packet: a cache by whole key in front of one table per mask (tuple space search).</summary>
/// <remarks>Not thread-safe. Flows of different masks may overlap; whichever is found first is right, since each stands for the same decision.</remarks>
internal sealed class FlowClassifier
{
    /// <summary>Slots of the cache by whole key; a power of two. About 1.5 MB, which the second-level cache holds.</summary>
    private const int CacheSlots = 8192;

    /// <summary>Lookups between two reorderings of the tables.</summary>
    private const int ReorderInterval = 1 << 16;

    private readonly List<FlowSubtable> _subtables = [];
    private readonly Dictionary<FlowId, FlowEntry> _byId = [];
    private readonly CacheSlot[] _cache = new CacheSlot[CacheSlots];
    private int _untilReorder = ReorderInterval;

    /// <summary>Flows held.</summary>
    public int Count => _byId.Count;

    /// <summary>Distinct masks: what a lookup that misses the cache may have to try.</summary>
    public int Masks => _subtables.Count;

    /// <summary>The ids of all flows.</summary>
    public IReadOnlyCollection<FlowId> Ids => _byId.Keys;

    /// <summary>Finds the flow that admits a packet.</summary>
    public FlowEntry? Find(in FlowKey key)
    {
        ref var cached = ref _cache[HashOf(key) & CacheSlots - 1];
        if (cached.Entry is { IsDeleted: false } && cached.Key == key)
            return cached.Entry;
        foreach (var subtable in _subtables)
        {
            if (subtable.Find(key) is not { } found)
                continue;
            subtable.Hits++;
            cached.Key = key;
            cached.Entry = found;
            if (--_untilReorder <= 0)
                Reorder();
            return found;
        }
        return null;
    }

    /// <summary>Adds a flow; false if one of the same mask and masked key, or the same id, is there.</summary>
    public bool TryAdd(DatapathFlow flow)
    {
        if (_byId.ContainsKey(flow.Id))
            return false;
        var subtable = _subtables.Find(candidate => candidate.Mask == flow.Mask);
        if (subtable is null)
            _subtables.Add(subtable = new FlowSubtable(flow.Mask));
        var entry = new FlowEntry(flow);
        if (!subtable.TryAdd(entry))
            return false;
        _byId.Add(flow.Id, entry);
        return true;
    }

    /// <summary>Removes a flow and returns what it was, or null.</summary>
    public FlowEntry? Remove(FlowId id)
    {
        if (!_byId.Remove(id, out var entry))
            return null;
        entry.IsDeleted = true;
        var index = _subtables.FindIndex(candidate => candidate.Mask == entry.Flow.Mask);
        _subtables[index].Remove(entry);
        if (_subtables[index].Count == 0)
            _subtables.RemoveAt(index);
        return entry;
    }

    /// <summary>Finds a flow by id.</summary>
    public FlowEntry? Find(FlowId id) => _byId.GetValueOrDefault(id);

    private void Reorder()
    {
        _untilReorder = ReorderInterval;
        _subtables.Sort((a, b) => b.Hits.CompareTo(a.Hits));
        foreach (var subtable in _subtables)
            subtable.Hits /= 2;
    }

    private static int HashOf(in FlowKey key)
    {
        // Four independent chains, so that the processor multiplies in parallel.
        var words = MemoryMarshal.Cast<FlowKey, ulong>(MemoryMarshal.CreateReadOnlySpan(in key, 1));
        ulong a = 1,
            b = 2,
            c = 3,
            d = 4;
        for (var i = 0; i + 4 <= words.Length; i += 4)
        {
            a = (a ^ words[i]) * 0x9e37_79b9_7f4a_7c15;
            b = (b ^ words[i + 1]) * 0xc2b2_ae3d_27d4_eb4f;
            c = (c ^ words[i + 2]) * 0x1656_67b1_9e37_79f9;
            d = (d ^ words[i + 3]) * 0xff51_afd7_ed55_8ccd;
            a ^= a >> 32;
            b ^= b >> 32;
            c ^= c >> 32;
            d ^= d >> 32;
        }
        var mixed = (a ^ b << 1 ^ c << 2 ^ d << 3) * 0x9e37_79b9_7f4a_7c15;
        return (int)(mixed >> 40);
    }

    private struct CacheSlot
    {
        public FlowKey Key;
        public FlowEntry? Entry;
    }
}
