using Fabric.Agent.Datapaths;
using Fabric.Agent.Effects;
using Fabric.Agent.Upcalls;
using Fabric.Flows;
using Fabric.Topology.Learned;

namespace Fabric.Agent.FlowTable;

/// <summary>Keeps the installed flows true and few: compares those that a change touches, expires the idle, samples the rest.</summary>
/// <remarks>
/// Owned by one upcall thread. Flows are never flushed for a change: each is simulated again and stays if it would come out the same.
/// Whatever may take long goes on a slice a turn, so that packets never wait for it. Cut by aspect: Sweep.
/// </remarks>
public sealed partial class FlowKeeper(PacketPath path, FlowTable flows, IDatapath datapath, LearnedTable learned, TimeProvider clock)
{
    /// <summary>Touched flows that one turn compares at most: about a millisecond of decisions.</summary>
    public const int CompareSlice = 256;

    /// <summary>Turns that compare touched flows, one after the other, without going on with the sweep.</summary>
    private const int MaxTurnsWithoutSweep = 8;

    private readonly HashSet<FlowRecord> _touched = [];
    private readonly List<FlowRecord> _slice = [];
    private readonly List<FlowAnswer> _answers = [];
    private IReadOnlyList<LeftFlow> _leftovers = [];
    private int _turnsWithoutSweep;
    private int _leftoversDone;

    /// <summary>Counters of the path, and asking neighbors in use.</summary>
    public required EffectRunner Effects { get; init; }

    /// <summary>What rules, ports and devices have carried.</summary>
    public required TrafficCounters Traffic { get; init; }

    /// <summary>Touched flows that wait to be compared.</summary>
    public int Waiting => _touched.Count;

    /// <summary>What an agent before this one left was gone through: no flow stands that nobody here knows.</summary>
    public bool HasAdopted { get; private set; }

    /// <summary>Marks the flows that touched tags concern.</summary>
    public void Touch(ReadOnlySpan<FlowTag> tags) => flows.Collect(tags, _touched);

    /// <summary>Marks every flow.</summary>
    public void TouchAll() => _touched.UnionWith(flows.Records);

    /// <summary>Goes on with marked flows and with the sweep, a slice of each.</summary>
    /// <returns>True while more is waiting: the next turn must not sleep.</returns>
    public bool Work()
    {
        CompareTouched();
        // A change is waited for and statistics are not; but changes without end must not keep idle flows for ever.
        var isSweepDue = _touched.Count == 0 || ++_turnsWithoutSweep > MaxTurnsWithoutSweep;
        if (!isSweepDue)
            return true;
        _turnsWithoutSweep = 0;
        var isSweeping = Sweep();
        return isSweeping || _touched.Count > 0;
    }

    /// <summary>Takes what an agent before this one left in the datapath. Once, when the ports of this host are attached.</summary>
    /// <remarks>Then, a slice at a time and each with all threads of the host having done the one before: <see cref="Recall"/>, <see cref="Adopt"/>.</remarks>
    /// <param name="isWanted">Which ports' flows are this thread's.</param>
    public void TakeLeftovers(Func<uint, bool> isWanted)
    {
        _leftovers = datapath.TakeLeftovers(isWanted);
        _leftoversDone = 0;
    }

    /// <summary>Learns from the flows that were left what they stand for: they are what remains of that agent's memory, and the first packet after a restart would find a network that knows nobody.</summary>
    /// <returns>True while there are more.</returns>
    public bool Recall() => ForLeftovers(left => path.Recall(left.Flow));

    /// <summary>Keeps of the flows that were left what is right, and deletes what is not.</summary>
    /// <returns>True while there are more.</returns>
    public bool Adopt()
    {
        if (ForLeftovers(AdoptOne))
            return true;
        _leftovers = [];
        HasAdopted = true;
        return false;
    }

    private void AdoptOne(LeftFlow left)
    {
        // Made by this agent, or read twice.
        if (flows.Find(left.Flow.Id) is not null)
            return;
        if (path.Adopt(left))
            path.Counters.Adopted++;
        else
            datapath.Delete(left.Flow.Id);
    }

    /// <summary>Goes on through the flows that were left; at their end it stands at their beginning again.</summary>
    private bool ForLeftovers(Action<LeftFlow> work)
    {
        for (var end = Math.Min(_leftoversDone + CompareSlice, _leftovers.Count); _leftoversDone < end; _leftoversDone++)
            work(_leftovers[_leftoversDone]);
        if (_leftoversDone < _leftovers.Count)
            return true;
        _leftoversDone = 0;
        return false;
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
            {
                Account(record, answer.Statistics);
                SeeConnections(record);
            }
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
        record.EvictedRound = _round;
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
