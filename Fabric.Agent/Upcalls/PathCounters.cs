using Fabric.Agent.Datapaths;

namespace Fabric.Agent.Upcalls;

/// <summary>What one upcall thread has done so far.</summary>
/// <remarks>Written by its thread; others may read a little late.</remarks>
public sealed class PathCounters
{
    private readonly long[] _drops = new long[byte.MaxValue + 1];

    /// <summary>Packets that missed.</summary>
    public long Upcalls;

    /// <summary>Misses whose flow was there or on its way already.</summary>
    public long Repeats;

    /// <summary>Packets simulated, emitted ones included.</summary>
    public long Simulations;

    /// <summary>Flows admitted.</summary>
    public long Installed;

    /// <summary>Flows that the datapath held another one for.</summary>
    public long Duplicates;

    /// <summary>Flows that the datapath refused.</summary>
    public long Failed;

    /// <summary>Decisions that no flow was made for, since the table was full.</summary>
    public long NotInstalledFull;

    /// <summary>Flows simulated again because something that they depend on changed.</summary>
    public long Revalidated;

    /// <summary>Of these, flows that were kept.</summary>
    public long Kept;

    /// <summary>Flows evicted because they were idle.</summary>
    public long Expired;

    /// <summary>Flows of the background sample that were simulated again although nothing touched them.</summary>
    public long Sampled;

    /// <summary>Of these, flows that came out otherwise: must stay 0, each is a bug of ours.</summary>
    public long Surprises;

    /// <summary>Flows of an agent before this one that were taken over.</summary>
    public long Adopted;

    /// <summary>Flows of the datapath that nobody here knew, and that were deleted.</summary>
    public long UnknownFlows;

    /// <summary>Flows that the datapath lost without being told to.</summary>
    public long Vanished;

    /// <summary>Frames that the network made.</summary>
    public long Emitted;

    /// <summary>Frames that the network did not make because of the limit on their rate.</summary>
    public long EmissionsSuppressed;

    /// <summary>How long packets that missed waited for their decision, from the moment when the thread had them until their flows were with the datapath.</summary>
    /// <remarks>All packets of a turn count as long as the turn took for them: so none is told as faster than it was.</remarks>
    public LatencyHistogram Setup { get; } = new();

    /// <summary>Packets dropped so far by decisions in user space, by reason.</summary>
    public long DropsOf(Simulation.DropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    /// <summary>What the datapath said when it last refused a flow, or null.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Counts a flow that the datapath refused.</summary>
    public void CountRefusal(in FlowAnswer answer)
    {
        if (answer.Kind != FlowAnswerKind.Failed)
            return;
        Failed++;
        LastRefusal = $"{(Host.Interop.Errno)answer.Errno} {answer.Text}".TrimEnd();
    }

    /// <summary>Counts a dropped packet.</summary>
    public void CountDrop(Simulation.DropReason reason) => _drops[(int)reason]++;
}
