using System.Diagnostics;
using Fabric.Agent.Datapaths;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.FlowTable;

/// <summary>One upcall thread's flows: by id, by the packet that made them, and by what they depend on.</summary>
/// <remarks>Not thread-safe: its thread owns it, so that a delete never overtakes its create. Others read <see cref="Count"/> and the counters only.</remarks>
public sealed class FlowTable
{
    /// <summary>Records of flows that ended, kept for new ones at most: what a second of heavy load needs.</summary>
    public const int SpareLimit = 65_536;

    private readonly Dictionary<FlowId, FlowRecord> _byId = [];
    private readonly Stack<FlowRecord> _spare = new();
    private readonly SampleIndex _bySample = new();
    private readonly HashSet<FlowCohort> _cohorts = new(new FlowCohortComparer());
    private readonly HashSet<FlowCohort>.AlternateLookup<FlowCohortProbe> _cohortsByContent;
    private readonly TagIndex _byTag = new();
    private readonly ConnectionTagIndex _byConnection = new();

    /// <summary>Makes an empty table.</summary>
    public FlowTable() => _cohortsByContent = _cohorts.GetAlternateLookup<FlowCohortProbe>();

    /// <summary>Cohorts that the flows are in.</summary>
    public int Cohorts => _cohorts.Count;

    /// <summary>Flows that are, or are about to be, in the datapath.</summary>
    public int Count => _byId.Count;

    /// <summary>All flows.</summary>
    public IReadOnlyCollection<FlowRecord> Records => _byId.Values;

    /// <summary>A flow that the very same headers made and that stands or is on its way, if any.</summary>
    public FlowRecord? FindBySample(in FlowKey key) =>
        _bySample.Find(key) is { State: FlowState.Installing or FlowState.Installed } record ? record : null;

    /// <summary>Finds a flow by id.</summary>
    public FlowRecord? Find(FlowId id) => _byId.GetValueOrDefault(id);

    /// <summary>The cohort of flows that rest on these lookups and rules; made if there is none, and entered with its first flow.</summary>
    public FlowCohort CohortOf(ReadOnlySpan<FlowTag> tags, ReadOnlySpan<RuleHit> rules)
    {
        var probe = new FlowCohortProbe(tags, rules);
        return _cohortsByContent.TryGetValue(probe, out var known) ? known : new FlowCohort(probe);
    }

    /// <summary>The record of a flow that ended, for another one; null if there is none to spare.</summary>
    public FlowRecord? TakeSpare() => _spare.TryPop(out var record) ? record : null;

    /// <summary>Enters a flow that is being queued for the datapath.</summary>
    public void Admit(FlowRecord record)
    {
        _byId.Add(record.Flow.Id, record);
        _bySample.Set(record);
        Join(record);
    }

    /// <summary>Replaces what a flow depends on after it was simulated again and kept.</summary>
    public void Retag(FlowRecord record, FlowCohort cohort, ReadOnlySpan<FlowTag> connectionTags)
    {
        if (cohort == record.Cohort && connectionTags.SequenceEqual(record.ConnectionTags))
            return;
        Leave(record);
        record.Cohort = cohort;
        record.RestOn(connectionTags);
        Join(record);
    }

    /// <summary>Moves a flow on in its life; one that ended is dropped with all its tags.</summary>
    public void Advance(FlowRecord record, FlowInput input)
    {
        var next = FlowLife.Next(record.State, input);
        if (next == FlowState.Ended && record.State != FlowState.Ended)
            Drop(record);
        record.State = next;
    }

    /// <summary>Some flow depends on what a tag stands for; not for tags of prefixes.</summary>
    public bool HasAny(in FlowTag tag) => _byTag.HasAny(tag);

    /// <summary>Adds the standing flows that touched tags concern.</summary>
    public void Collect(ReadOnlySpan<FlowTag> impact, ISet<FlowRecord> hit)
    {
        foreach (ref readonly var tag in impact)
        {
            if (tag.Kind == FlowTagKind.Connection)
                _byConnection.Collect(tag, hit);
            else
                _byTag.Collect(tag, hit);
        }
    }

    private void Drop(FlowRecord record)
    {
        var wasThere = _byId.Remove(record.Flow.Id);
        Debug.Assert(wasThere, "a flow ends once");
        _bySample.Remove(record);
        Leave(record);
        if (_spare.Count < SpareLimit)
            _spare.Push(record);
    }

    private void Join(FlowRecord record)
    {
        var cohort = record.Cohort;
        if (cohort.Count == 0)
        {
            _cohorts.Add(cohort);
            _byTag.Add(cohort);
        }
        cohort.Add(record);
        _byConnection.Add(record);
    }

    private void Leave(FlowRecord record)
    {
        var cohort = record.Cohort;
        cohort.Remove(record);
        _byConnection.Remove(record);
        if (cohort.Count > 0)
            return;
        _byTag.Remove(cohort);
        _cohorts.Remove(cohort);
    }
}
