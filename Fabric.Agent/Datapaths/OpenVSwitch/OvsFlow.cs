using Fabric.Flows;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>A flow as the kernel tells of it; valid as long as the buffer it was read from.</summary>
internal ref struct OvsFlow
{
    /// <summary>The flow's id; null if it was made without one, by another program.</summary>
    public FlowId? Id;

    /// <summary>Packets so far; a segment of many counts as one.</summary>
    public long Packets;

    /// <summary>Bytes so far.</summary>
    public long Bytes;

    /// <summary>When the last packet came, in milliseconds of CLOCK_MONOTONIC, exact to a tick of the kernel; 0 for never.</summary>
    public long UsedMilliseconds;

    /// <summary>The low eight TCP flags of all packets, or-ed.</summary>
    public byte TcpFlags;

    /// <summary>The kernel's own form of the key; empty if it was not asked for.</summary>
    public ReadOnlySpan<byte> KeyAttributes;

    /// <summary>The kernel's own form of the mask; empty if it was not asked for.</summary>
    public ReadOnlySpan<byte> MaskAttributes;

    /// <summary>The kernel's own form of the actions; empty if they were not asked for, or drop.</summary>
    public ReadOnlySpan<byte> ActionAttributes;

    /// <summary>What it has carried; the kernel stamps by the clock that the system's <see cref="TimeProvider"/> counts.</summary>
    public readonly FlowStatistics StatisticsBy(TimeProvider clock) =>
        new(Packets, Bytes, UsedMilliseconds * (clock.TimestampFrequency / 1000), TcpFlags);

    /// <summary>Reads key and mask.</summary>
    /// <returns>False if they were not asked for, or say what this network does not: the flow is another program's.</returns>
    public readonly bool TryReadMatch(out FlowKey key, out FlowMask mask)
    {
        mask = default;
        return OvsKeyReader.TryRead(KeyAttributes, out key, out var isWhole)
            && isWhole
            && OvsKeyReader.TryReadMask(MaskAttributes, key, out mask);
    }

    /// <summary>Reads the actions.</summary>
    /// <returns>False if one is there that this network does not use: the flow is another program's.</returns>
    public readonly bool TryReadActions(IList<FlowAction> actions) => OvsActionReader.TryRead(ActionAttributes, actions);
}
