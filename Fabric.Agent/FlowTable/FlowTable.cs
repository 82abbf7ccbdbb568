using System.Diagnostics;
using Fabric.Agent.Datapaths;
using Fabric.Flows;

namespace Fabric.Agent.FlowTable;

/// <summary>One upcall thread's flows: by id, by the packet that made them, and by what they depend on.</summary>
/// <remarks>Not thread-safe: its thread owns it, so that a delete never overtakes its create. Others read <see cref="Count"/> and the counters only.</remarks>
public sealed class FlowTable
{
    private readonly Dictionary<FlowId, FlowRecord> _byId = [];
    private readonly Dictionary<FlowKey, FlowRecord> _bySample = [];
    private readonly TagIndex _byTag = new();

    /// <summary>Flows that are, or are about to be, in the datapath.</summary>
    public int Count => _byId.Count;

    /// <summary>All flows.</summary>
    public IReadOnlyCollection<FlowRecord> Records => _byId.Values;

    /// <summary>A flow that the very same headers made and that stands or is on its way, if any.</summary>
    public FlowRecord? FindBySample(in FlowKey key) =>
        _bySample.TryGetValue(key, out var record) && record.State is FlowState.Installing or FlowState.Installed ? record : null;

    /// <summary>Finds a flow by id.</summary>
    public FlowRecord? Find(FlowId id) => _byId.GetValueOrDefault(id);

    /// <summary>Enters a flow that is being queued for the datapath.</summary>
    public void Admit(FlowRecord record)
    {
        _byId.Add(record.Flow.Id, record);
        _bySample[record.Sample] = record;
        _byTag.Add(record);
    }

    /// <summary>Replaces what a flow depends on after it was simulated again and kept.</summary>
    public void Retag(FlowRecord record, FlowTag[] tags)
    {
        _byTag.Remove(record);
        record.Tags = tags;
        _byTag.Add(record);
    }

    /// <summary>Moves a flow on in its life; one that ended is dropped with all its tags.</summary>
    public void Advance(FlowRecord record, FlowInput input)
    {
        var next = FlowLife.Next(record.State, input);
        if (next == FlowState.Ended && record.State != FlowState.Ended)
            Drop(record);
        record.State = next;
    }

    /// <summary>Adds the standing flows that touched tags concern.</summary>
    public void Collect(ReadOnlySpan<FlowTag> impact, ISet<FlowRecord> hit)
    {
        foreach (ref readonly var tag in impact)
            _byTag.Collect(tag, hit);
    }

    private void Drop(FlowRecord record)
    {
        var wasThere = _byId.Remove(record.Flow.Id);
        Debug.Assert(wasThere, "a flow ends once");
        if (_bySample.TryGetValue(record.Sample, out var latest) && latest == record)
            _bySample.Remove(record.Sample);
        _byTag.Remove(record);
    }
}
