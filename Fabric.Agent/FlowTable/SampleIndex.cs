using Fabric.Flows;

namespace Fabric.Agent.FlowTable;

/// <summary>Finds a flow by the headers of the packet that made it.</summary>
/// <remarks>Open addressing over references: 12 bytes a slot and at most three quarters full, where a dictionary would keep each key of 160 bytes again. Not thread-safe.</remarks>
internal sealed class SampleIndex
{
    private const int FirstSlots = 256;

    private FlowRecord?[] _records = new FlowRecord?[FirstSlots];
    private int[] _hashes = new int[FirstSlots];
    private int _count;

    private int Mask => _records.Length - 1;

    /// <summary>The flow that a packet of these headers made last, or null.</summary>
    public FlowRecord? Find(in FlowKey sample) => _records[SlotOf(sample, sample.GetHashCode())];

    /// <summary>Enters a flow; one of the same sample gives way.</summary>
    public void Set(FlowRecord record)
    {
        if (_count * 4 >= _records.Length * 3)
            Grow();
        var hash = record.Sample.GetHashCode();
        var slot = SlotOf(record.Sample, hash);
        _count += _records[slot] is null ? 1 : 0;
        (_records[slot], _hashes[slot]) = (record, hash);
    }

    /// <summary>Takes a flow out, if it is the one entered for its sample.</summary>
    public void Remove(FlowRecord record)
    {
        var slot = SlotOf(record.Sample, record.Sample.GetHashCode());
        if (_records[slot] != record)
            return;
        _count--;
        // What stands behind moves up, so that no search ends too early.
        for (var next = (slot + 1) & Mask; _records[next] is not null; next = (next + 1) & Mask)
        {
            var isBetween = ((next - _hashes[next]) & Mask) < ((next - slot) & Mask);
            if (isBetween)
                continue;
            (_records[slot], _hashes[slot]) = (_records[next], _hashes[next]);
            slot = next;
        }
        _records[slot] = null;
    }

    /// <summary>The slot of the sample's flow, or the empty one where it would be.</summary>
    private int SlotOf(in FlowKey sample, int hash)
    {
        var slot = hash & Mask;
        while (_records[slot] is { } record && (_hashes[slot] != hash || record.Sample != sample))
            slot = (slot + 1) & Mask;
        return slot;
    }

    private void Grow()
    {
        var (records, hashes) = (_records, _hashes);
        _records = new FlowRecord?[records.Length * 2];
        _hashes = new int[records.Length * 2];
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i] is null)
                continue;
            var slot = hashes[i] & Mask;
            while (_records[slot] is not null)
                slot = (slot + 1) & Mask;
            (_records[slot], _hashes[slot]) = (records[i], hashes[i]);
        }
    }
}
