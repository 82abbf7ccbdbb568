using Fabric.Agent.Datapaths;
using Fabric.Connections;
using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.FlowTable;

/// <summary>What the agent knows of a flow beside what the datapath holds: where it came from and what it depends on.</summary>
/// <remarks>Owned by one upcall thread. When the flow has ended, the table may give the object to another one.</remarks>
public sealed class FlowRecord(in FlowKey sample)
{
    private FlowKey _sample = sample;
    private FlowTag[] _connectionTags = [];
    private ConnectionFound[] _connections = [];
    private int _tagCount;
    private int _connectionCount;

    /// <summary>The flow as given to the datapath.</summary>
    public required DatapathFlow Flow { get; init; }

    /// <summary>The exterior port by which its packets enter.</summary>
    public required PortId Ingress { get; set; }

    /// <summary>The first packet's headers, unmasked, to simulate again.</summary>
    public ref readonly FlowKey Sample => ref _sample;

    /// <summary>The verdict that it stands for.</summary>
    public required Verdict Verdict { get; set; }

    /// <summary>The flows that rest on the same, and what that is.</summary>
    public required FlowCohort Cohort { get; set; }

    /// <summary>Every lookup that the verdict rests on, but for those of connections.</summary>
    public FlowTag[] Tags => Cohort.Tags;

    /// <summary>The rules that its packets match, for counters by rule.</summary>
    public RuleHit[] Rules => Cohort.Rules;

    /// <summary>Every lookup of a connection that the verdict rests on.</summary>
    public ReadOnlySpan<FlowTag> ConnectionTags => _connectionTags.AsSpan(0, _tagCount);

    /// <summary>The connections that its packets are of: alive while it is used.</summary>
    public ReadOnlySpan<ConnectionFound> Connections => _connections.AsSpan(0, _connectionCount);

    /// <summary>Where it is in its life.</summary>
    public FlowState State { get; set; } = FlowState.Installing;

    /// <summary>When it was admitted, in ticks of the agent's clock.</summary>
    public required long Created { get; set; }

    /// <summary>When it was last known to be used.</summary>
    public long LastUsed { get; set; }

    /// <summary>What it has carried when statistics were last read.</summary>
    public FlowStatistics Statistics { get; set; }

    /// <summary>Packets of it that were decided in user space since it was last accounted for; the datapath does not count these.</summary>
    public int Upcalls { get; set; }

    /// <summary>The last round of the sweep that read it.</summary>
    public int SeenRound { get; set; }

    /// <summary>The round of the sweep in which its deletion was asked for.</summary>
    public int EvictedRound { get; set; }

    /// <summary>The last use that was told to the facts that it depends on.</summary>
    public long RefreshedAt { get; set; }

    /// <summary>Of what was told to its connections: the last use, and the TCP flags, of which one may come in the same moment as the data before it.</summary>
    public (long LastUsed, ushort TcpFlags) Seen { get; set; }

    /// <summary>Becomes the record of another flow; all but what is given here is as in a new one, or must be set.</summary>
    internal void Begin(in FlowKey sample, PortId ingress, in Verdict verdict, FlowCohort cohort)
    {
        _sample = sample;
        (Ingress, Verdict, Cohort) = (ingress, verdict, cohort);
        (_tagCount, _connectionCount) = (0, 0);
        IsPrepared = false;
        State = FlowState.Installing;
        (Upcalls, SeenRound, RefreshedAt, Seen) = (0, 0, 0, default);
        Statistics = default;
    }

    /// <summary>Says of which connections its packets are.</summary>
    /// <param name="connections">Copied.</param>
    internal void RestOn(ReadOnlySpan<ConnectionFound> connections) => Copy(connections, ref _connections, out _connectionCount);

    /// <summary>Says which lookups of connections the verdict rests on. A table finds a flow by these: not while it is in one.</summary>
    /// <param name="connectionTags">Copied.</param>
    internal void RestOn(ReadOnlySpan<FlowTag> connectionTags) => Copy(connectionTags, ref _connectionTags, out _tagCount);

    /// <summary>It stands also when no packet has used it for long.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Where it stands in its cohort; kept by the cohort.</summary>
    internal int CohortPlace { get; set; }

    /// <summary>Into the memory of the flow that the object stood for before, if there is enough: a new flow allocates nothing then.</summary>
    private static void Copy<T>(ReadOnlySpan<T> items, ref T[] kept, out int count)
    {
        count = items.Length;
        if (kept.Length < count)
            kept = new T[count];
        items.CopyTo(kept);
    }
}
