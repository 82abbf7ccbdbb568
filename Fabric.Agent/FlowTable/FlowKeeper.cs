using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Effects;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.FlowTable;

/// <summary>Keeps the installed flows true and few: compares those that a change touches, expires the idle, samples the rest.</summary>
/// <remarks>Owned by one upcall thread. Flows are never flushed for a change: each is simulated again and stays if it would come out the same.</remarks>
public sealed class FlowKeeper(PacketPath path, FlowTable flows, IDatapath datapath, LearnedTable learned, TimeProvider clock)
{
    /// <summary>A flow without traffic for so long is deleted.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A flow whose verdict ends a wait is deleted after so long, or its traffic would keep it and nobody would ask again.</summary>
    public static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Flows whose statistics one sweep reads at least; more when the rest would not have their turn within the idle timeout.</summary>
    public const int SweepLimit = 20_000;

    /// <summary>Untouched flows, spread over the table, that one sweep simulates again to prove that nothing was missed.</summary>
    public const int SampleSize = 4;

    private readonly HashSet<FlowRecord> _touched = [];
    private readonly List<FlowAnswer> _answers = [];
    private readonly Queue<FlowId> _round = new();
    private readonly HashSet<FlowId> _suspects = [];
    private int _sampleAt;

    /// <summary>Counters of the path, and asking neighbors in use.</summary>
    public required EffectRunner Effects { get; init; }

    /// <summary>Compares the flows that touched tags concern.</summary>
    public void Compare(ReadOnlySpan<FlowTag> tags)
    {
        _touched.Clear();
        flows.Collect(tags, _touched);
        CompareTouched();
    }

    /// <summary>Compares every flow.</summary>
    public void CompareAll()
    {
        _touched.Clear();
        _touched.UnionWith(flows.Records);
        CompareTouched();
    }

    /// <summary>Takes the datapath's answers and moves each flow on in its life.</summary>
    public void TakeAnswers()
    {
        _answers.Clear();
        datapath.TakeAnswers(_answers);
        foreach (var answer in _answers)
        {
            if (flows.Find(answer.Id) is not { } record)
                continue;
            if (answer.Kind is FlowAnswerKind.Deleted)
                record.Statistics = answer.Statistics;
            path.Counters.Duplicates += answer.Kind == FlowAnswerKind.Duplicate ? 1 : 0;
            path.Counters.Failed += answer.Kind == FlowAnswerKind.Failed ? 1 : 0;
            flows.Advance(record, InputOf(answer.Kind));
        }
    }

    /// <summary>Reads statistics of some flows: deletes the idle, refreshes what the busy prove to be alive, simulates a few again.</summary>
    public void Sweep()
    {
        if (_round.Count == 0)
        {
            foreach (var record in flows.Records)
                _round.Enqueue(record.Flow.Id);
        }
        var count = Math.Min(_round.Count, Math.Max(SweepLimit, flows.Count / (int)IdleTimeout.TotalSeconds));
        var stride = Math.Max(1, count / SampleSize);
        _sampleAt++;
        for (var i = 0; i < count; i++)
        {
            var id = _round.Dequeue();
            if (flows.Find(id) is { State: FlowState.Installed } record)
                Sweep(record, isSample: (i + _sampleAt) % stride == 0 || _suspects.Contains(id));
        }
    }

    private void Sweep(FlowRecord record, bool isSample)
    {
        if (datapath.TryGetStatistics(record.Flow, out var statistics))
        {
            record.Statistics = statistics;
            if (statistics.LastUsed > record.LastUsed)
                record.LastUsed = statistics.LastUsed;
        }
        var isIdle = clock.GetElapsedTime(record.LastUsed) > IdleTimeout;
        var endsWait = record.Verdict.Reason is DropReason.NeighborUnreachable or DropReason.PeerUnreachable;
        if (isIdle || (endsWait && clock.GetElapsedTime(record.Created) > WaitTimeout))
        {
            path.Counters.Expired++;
            Evict(record);
            return;
        }
        RefreshFacts(record);
        if (isSample)
            Sample(record);
    }

    /// <summary>A station whose frames come in is alive; a neighbor that frames go to is asked before it would be forgotten.</summary>
    private void RefreshFacts(FlowRecord record)
    {
        var source = record.Sample.EthSrc;
        foreach (var connection in record.Connections)
            learned.Refresh(connection, record.LastUsed);
        foreach (var tag in record.Tags)
        {
            if (tag.Kind == FlowTagKind.Mac && tag.DetailLow == source.Bits)
            {
                learned.Refresh(new MacKey(new BridgeId(tag.Device), (ushort)tag.DetailHigh, source), record.Ingress, record.LastUsed);
            }
            else if (tag.Kind == FlowTagKind.Connection)
            {
                learned.RefreshConnection(tag, record.LastUsed);
            }
            else if (tag.Kind == FlowTagKind.Neighbor)
            {
                var address = IpAddress.Of(tag.Family, new UInt128(tag.DetailHigh, tag.DetailLow));
                var neighbor = new NeighborKey(new PortId(tag.Device), address);
                if (learned.AgeOf(neighbor) > LearnedTable.NeighborRefresh)
                    Effects.Refresh(neighbor);
            }
        }
    }

    private void Sample(FlowRecord record)
    {
        path.Counters.Sampled++;
        if (path.StillHolds(record))
            _suspects.Remove(record.Flow.Id);
        // A change may be published whose tags are still to come. One sweep later they have come, and a flow that differs then is a bug.
        else if (!_suspects.Remove(record.Flow.Id))
            _suspects.Add(record.Flow.Id);
        else
        {
            path.Counters.Surprises++;
            Evict(record);
        }
    }

    private void CompareTouched()
    {
        foreach (var record in _touched)
        {
            if (record.State is not (FlowState.Installing or FlowState.Installed))
                continue;
            path.Counters.Revalidated++;
            if (path.StillHolds(record))
                path.Counters.Kept++;
            else
                Evict(record);
        }
    }

    private void Evict(FlowRecord record)
    {
        flows.Advance(record, FlowInput.Evict);
        datapath.Delete(record.Flow);
    }

    private static FlowInput InputOf(FlowAnswerKind kind) => kind switch
    {
        FlowAnswerKind.Installed => FlowInput.Installed,
        FlowAnswerKind.Duplicate => FlowInput.Duplicate,
        FlowAnswerKind.Failed => FlowInput.Failed,
        FlowAnswerKind.Deleted => FlowInput.Deleted,
        FlowAnswerKind.Gone => FlowInput.Deleted,
    };
}
