namespace Fabric.Agent.FlowTable;

/// <summary>The flows that carry one tag; adding and removing cost the same however many there are.</summary>
internal sealed class TagBucket
{
    private (FlowRecord Record, int TagIndex)[] _entries = new (FlowRecord, int)[2];

    /// <summary>Flows in the bucket.</summary>
    public int Count { get; private set; }

    /// <summary>The flows.</summary>
    public ReadOnlySpan<(FlowRecord Record, int TagIndex)> Entries => _entries.AsSpan(0, Count);

    /// <summary>Adds a flow and returns its place.</summary>
    public int Add(FlowRecord record, int tagIndex)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, _entries.Length * 2);
        _entries[Count] = (record, tagIndex);
        return Count++;
    }

    /// <summary>Removes the flow at a place; the last one moves there and is told.</summary>
    public void RemoveAt(int place)
    {
        var last = _entries[--Count];
        _entries[Count] = default;
        if (place == Count)
            return;
        _entries[place] = last;
        last.Record.TagPlaces[last.TagIndex] = place;
    }
}
