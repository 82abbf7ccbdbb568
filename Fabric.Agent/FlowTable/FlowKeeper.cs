using Fabric.Agent.Datapaths;
using Fabric.Agent.Effects;
using Fabric.Agent.Replica;
using Fabric.Agent.Upcalls;
using Fabric.Flows;

namespace Fabric.Agent.FlowTable;

/// <summary>Keeps the installed flows true and few: compares those that a change touches, expires the idle, samples the rest.</summary>
/// <remarks>
/// Owned by one upcall thread. Flows are never flushed for a change: each is simulated again and stays if it would come out the same.
/// Whatever may take long goes on a slice a turn, so that packets never wait for it. Cut by aspect: Sweep.
/// </remarks>
public sealed partial class FlowKeeper(PacketPath path, FlowTable flows, IDatapath datapath, LearnedTable learned, TimeProvider clock)
{
    /// <summary>Touched flows that one turn compares at most: less than a millisecond.</summary>
    public const int CompareSlice = 256;

    private readonly HashSet<FlowRecord> _touched = [];
    private readonly List<FlowRecord> _slice = [];
    private readonly List<FlowAnswer> _answers = [];
    private IReadOnlyList<LeftFlow> _leftovers = [];
    private bool _hasAdopted;

    /// <summary>Counters of the path, and asking neighbors in use.</summary>
    public required EffectRunner Effects { get; init; }

    /// <summary>What rules, ports and devices have carried.</summary>
    public required TrafficCounters Traffic { get; init; }

    /// <summary>Touched flows that wait to be compared.</summary>
    public int Waiting => _touched.Count;

    /// <summary>Marks the flows that touched tags concern.</summary>
    public void Touch(ReadOnlySpan<FlowTag> tags) => flows.Collect(tags, _touched);

    /// <summary>Marks every flow.</summary>
    public void TouchAll() => _touched.UnionWith(flows.Records);

    /// <summary>Goes on with marked flows and with the sweep, a slice of each.</summary>
    /// <returns>True while more is waiting: the next turn must not sleep.</returns>
    public bool Work()
    {
        CompareTouched();
        var isSweeping = Sweep();
        return isSweeping || _touched.Count > 0;
    }

    /// <summary>Takes over what an agent before this one left in the datapath: keeps what is right, deletes what is not.</summary>
    /// <remarks>
    /// Once, when the ports of this host are attached, in two steps with all threads of the host having done the first. The flows are also what is left of that agent's memory: the stations and connections
    /// that they stand for are learned from them first, or the first packet after a restart would find a network that knows nobody.
    /// </remarks>
    /// <param name="isWanted">Which ports' flows are this thread's.</param>
    public void Recall(Func<uint, bool> isWanted)
    {
        _leftovers = datapath.TakeLeftovers(isWanted);
        foreach (var left in _leftovers)
            path.Recall(left.Flow);
    }

    /// <summary>The second step of <see cref="Recall"/>.</summary>
    public void Adopt()
    {
        foreach (var left in _leftovers)
        {
            // Made by this agent, or read twice.
            if (flows.Find(left.Flow.Id) is not null)
                continue;
            if (path.Adopt(left))
                path.Counters.Adopted++;
            else
                datapath.Delete(left.Flow.Id);
        }
        _leftovers = [];
        _hasAdopted = true;
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
                Account(record, answer.Statistics);
            path.Counters.Duplicates += answer.Kind == FlowAnswerKind.Duplicate ? 1 : 0;
            path.Counters.CountRefusal(answer);
            flows.Advance(record, InputOf(answer.Kind));
        }
    }

    private void CompareTouched()
    {
        if (_touched.Count == 0)
            return;
        _slice.Clear();
        foreach (var record in _touched)
        {
            _slice.Add(record);
            if (_slice.Count == CompareSlice)
                break;
        }
        foreach (var record in _slice)
        {
            _touched.Remove(record);
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
        _suspects.Remove(record.Flow.Id);
        flows.Advance(record, FlowInput.Evict);
        datapath.Delete(record.Flow.Id);
    }

    private static FlowInput InputOf(FlowAnswerKind kind) =>
        kind switch
        {
            FlowAnswerKind.Installed => FlowInput.Installed,
            FlowAnswerKind.Duplicate => FlowInput.Duplicate,
            FlowAnswerKind.Failed => FlowInput.Failed,
            FlowAnswerKind.Deleted => FlowInput.Deleted,
            FlowAnswerKind.Gone => FlowInput.Deleted,
        };
}
