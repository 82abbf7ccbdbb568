using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Agent.Upcalls;

/// <summary>The last drops of one upcall thread, those that are alike as one.</summary>
/// <remarks>
/// Owned by the thread. A drop costs one slot's comparison and copy, whatever the flood: what comes to the slot of another takes its place, and is
/// counted. Nothing is kept before the first drop.
/// </remarks>
public sealed class DropTable(TimeProvider clock)
{
    /// <summary>Kinds of drops that are remembered at most.</summary>
    public const int Slots = 256;

    private DropRecord[] _records = [];

    /// <summary>Records that were overwritten by another.</summary>
    public long Displaced { get; private set; }

    /// <summary>The records, in no order.</summary>
    public IEnumerable<DropRecord> Records => _records.Where(record => record.Packets > 0);

    /// <summary>Remembers a drop.</summary>
    /// <param name="key">The packet's headers.</param>
    /// <param name="ingress">Where it came in.</param>
    /// <param name="verdict">What was decided.</param>
    /// <param name="rule">The name of the rule that decided, if one did.</param>
    public void Add(in FlowKey key, PortId ingress, in Verdict verdict, string? rule)
    {
        if (_records.Length == 0)
            _records = new DropRecord[Slots];
        ref var slot = ref _records[SlotOf(key, ingress, verdict)];
        var now = clock.GetTimestamp();
        if (slot.IsLike(key, ingress, verdict) && slot.Rule == rule)
        {
            slot = new DropRecord(key, ingress, verdict, rule, slot.First, now, slot.Packets + 1);
            return;
        }
        Displaced += slot.Packets > 0 ? 1 : 0;
        slot = new DropRecord(key, ingress, verdict, rule, now, now, 1);
    }

    private static int SlotOf(in FlowKey key, PortId ingress, in Verdict verdict)
    {
        var who = HashCode.Combine(ingress, verdict.Reason, verdict.Decider, key.EthType, key.IpProto, key.TpDst);
        return HashCode.Combine(who, key.NwSrc, key.NwDst, key.EthSrc) & (Slots - 1);
    }
}
