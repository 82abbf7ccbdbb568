namespace Fabric.Agent.FlowTable;

/// <summary>The cohorts that carry one tag; adding and removing cost the same however many there are.</summary>
internal sealed class TagBucket
{
    private (FlowCohort Cohort, int TagIndex)[] _entries = new (FlowCohort, int)[2];

    /// <summary>Cohorts in the bucket.</summary>
    public int Count { get; private set; }

    /// <summary>The cohorts.</summary>
    public ReadOnlySpan<(FlowCohort Cohort, int TagIndex)> Entries => _entries.AsSpan(0, Count);

    /// <summary>Adds a cohort and returns its place.</summary>
    public int Add(FlowCohort cohort, int tagIndex)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, _entries.Length * 2);
        _entries[Count] = (cohort, tagIndex);
        return Count++;
    }

    /// <summary>Removes the cohort at a place; the last one moves there and is told.</summary>
    public void RemoveAt(int place)
    {
        var last = _entries[--Count];
        _entries[Count] = default;
        if (place == Count)
            return;
        _entries[place] = last;
        last.Cohort.TagPlaces[last.TagIndex] = place;
    }
}
