using Fabric.Addresses;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.FlowTable;

/// <summary>The flows whose verdicts rest on the very same lookups and rules: what they share is kept once.</summary>
/// <remarks>
/// Connections between two stations differ in their ports and little else, so a hundred thousand flows have a few thousand cohorts, and what a
/// change touches is found by cohort. Owned by one upcall thread, kept by its <see cref="FlowTable"/>; a cohort without flows vanishes.
/// </remarks>
public sealed class FlowCohort
{
    private readonly int _hash;
    private FlowRecord[] _records = new FlowRecord[2];
    private MacAddress _lastSource;
    private long _lastUse = long.MinValue / 2;

    internal FlowCohort(FlowCohortProbe probe) => (Tags, Rules, _hash) = (probe.Tags.ToArray(), probe.Rules.ToArray(), probe.GetHashCode());

    /// <summary>Every lookup.</summary>
    public FlowTag[] Tags { get; }

    /// <summary>The rules that the packets match, for counters by rule.</summary>
    public RuleHit[] Rules { get; }

    /// <summary>Flows in it.</summary>
    public int Count { get; private set; }

    /// <summary>The flows.</summary>
    public ReadOnlySpan<FlowRecord> Records => _records.AsSpan(0, Count);

    /// <summary>Where it stands in the bucket of each tag; kept by the tag index.</summary>
    internal int[] TagPlaces { get; set; } = [];

    /// <summary>Whether the facts that the cohort rests on are to hear that a flow of it was used; remembers that they did.</summary>
    /// <remarks>A hundred thousand flows of a cohort prove the same, so one of them in a while is enough.</remarks>
    /// <param name="source">The station whose frames the flow admits.</param>
    /// <param name="when">When the flow was last used.</param>
    /// <param name="grain">Uses that are so little later, in the ticks of <paramref name="when"/>, prove nothing more.</param>
    internal bool IsNews(MacAddress source, long when, long grain)
    {
        if (source == _lastSource && when - _lastUse < grain)
            return false;
        (_lastSource, _lastUse) = (source, when);
        return true;
    }

    internal bool Is(FlowCohortProbe probe) => probe.Tags.SequenceEqual(Tags) && probe.Rules.SequenceEqual(Rules);

    internal void Add(FlowRecord record)
    {
        if (Count == _records.Length)
            Array.Resize(ref _records, _records.Length * 2);
        record.CohortPlace = Count;
        _records[Count++] = record;
    }

    /// <summary>Takes a flow out; the last one moves to its place.</summary>
    internal void Remove(FlowRecord record)
    {
        var last = _records[--Count];
        _records[record.CohortPlace] = last;
        last.CohortPlace = record.CohortPlace;
        _records[Count] = null!;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
