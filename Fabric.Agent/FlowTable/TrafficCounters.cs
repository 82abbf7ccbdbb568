using System.Runtime.InteropServices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.FlowTable;

/// <summary>What rules, ports and devices have carried, from the counters of the flows that pass them.</summary>
/// <remarks>
/// Owned by one upcall thread. As fresh as the last sweep; a packet that was decided in user space counts with its flow, or at once if it
/// made none, and its bytes count only where its flow carried it.
/// </remarks>
public sealed class TrafficCounters
{
    private readonly Dictionary<RuleHit, Traffic> _rules = [];
    private readonly Dictionary<FlowTag, Traffic> _devices = [];

    private readonly long[] _drops = new long[byte.MaxValue + 1];

    /// <summary>By rule.</summary>
    public IReadOnlyDictionary<RuleHit, Traffic> Rules => _rules;

    /// <summary>By port, bridge and router, each under the tag of its own description.</summary>
    public IReadOnlyDictionary<FlowTag, Traffic> Devices => _devices;

    /// <summary>Packets that flows have dropped, by reason; those that were decided in user space are in <see cref="Upcalls.PathCounters"/>.</summary>
    public long DropsOf(DropReason reason) => _drops[(int)reason];

    /// <summary>Counts what a flow has carried.</summary>
    /// <param name="record">The flow.</param>
    /// <param name="packets">What the datapath carried by it.</param>
    /// <param name="upcalls">What was decided as it in user space.</param>
    /// <param name="bytes">The bytes that the datapath carried.</param>
    public void Add(FlowRecord record, long packets, long upcalls, long bytes)
    {
        Add(record.Rules, record.Tags, packets + upcalls, bytes);
        if (record.Verdict.Kind == VerdictKind.Drop)
            _drops[(int)record.Verdict.Reason] += Math.Max(0, packets);
    }

    /// <summary>Counts packets that made no flow.</summary>
    public void Add(ReadOnlySpan<RuleHit> rules, ReadOnlySpan<FlowTag> tags, long packets, long bytes)
    {
        if (packets <= 0)
            return;
        foreach (ref readonly var rule in rules)
            Count(ref CollectionsMarshal.GetValueRefOrAddDefault(_rules, rule, out _), packets, bytes);
        foreach (ref readonly var tag in tags)
        {
            if (tag.Kind is FlowTagKind.Port or FlowTagKind.Bridge or FlowTagKind.Router)
                Count(ref CollectionsMarshal.GetValueRefOrAddDefault(_devices, tag, out _), packets, bytes);
        }
    }

    private static void Count(ref Traffic traffic, long packets, long bytes) =>
        traffic = new Traffic(traffic.Packets + packets, traffic.Bytes + bytes);
}
