using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Widens a mask until the kernel takes it and means by it what simulation did.</summary>
/// <remarks>
/// A field is only comparable among packets that have it, and the kernel refuses a mask that does not say so: addresses need the
/// whole ethertype, ports the whole IP protocol, the target of neighbor discovery the whole ICMPv6 type and code
/// (net/openvswitch/flow_netlink.c, match_validate). A field that the packet lacks is compared likewise: its being absent is what was seen. Never clears a bit.
/// </remarks>
public static class MaskPrerequisites
{
    private static ReadOnlySpan<FlowField> IpFields =>
        [FlowField.IpProto, FlowField.IpTos, FlowField.IpTtl, FlowField.IpFrag, FlowField.NwSrc, FlowField.NwDst, FlowField.Ipv6Label];

    private static ReadOnlySpan<FlowField> TunnelFields =>
        [
            FlowField.TunnelId,
            FlowField.TunnelSrc,
            FlowField.TunnelDst,
            FlowField.TunnelTos,
            FlowField.TunnelTtl,
            FlowField.TunnelTpSrc,
            FlowField.TunnelTpDst,
        ];

    private static ReadOnlySpan<FlowField> NeighborFields => [FlowField.NdTarget, FlowField.ArpSha, FlowField.ArpTha];

    private static ReadOnlySpan<FlowField> TransportFields => [FlowField.TpSrc, FlowField.TpDst, FlowField.TcpFlags];

    /// <summary>Completes a mask.</summary>
    /// <param name="key">The packet that the mask was observed of.</param>
    /// <param name="mask">The mask, widened in place.</param>
    public static void Complete(in FlowKey key, ref FlowMask mask)
    {
        mask.AddWhole(FlowField.InPort);
        mask.AddWhole(FlowField.EthType);
        mask.AddWhole(FlowField.VlanTpid);
        // The kernel takes an inner tag for matched as soon as there is an outer one.
        if (key.Get(FlowField.VlanTpid) != 0)
            mask.AddWhole(FlowField.CvlanTpid);
        // They tell whether there is a tunnel key, and of which version the addresses are.
        if (Any(TunnelFields, mask))
            mask.Add(FlowField.TunnelFlags, (ulong)TunnelFlags.Kind);
        if (FlowFieldUse.IsIp(key))
            CompleteIp(key, ref mask);
        else if (FlowFieldUse.IsArp(key))
            CompleteArp(ref mask);
        FillUnusedBits(key, ref mask);
    }

    private static void CompleteIp(in FlowKey key, ref FlowMask mask)
    {
        var isNeighborSeen = Any(NeighborFields, mask);
        if (isNeighborSeen && key.EthType == EtherType.Ipv6 && FlowFieldUse.HasIcmp(key))
        {
            mask.AddWhole(FlowField.TpSrc);
            mask.AddWhole(FlowField.TpDst);
        }
        var isTransportSeen = isNeighborSeen || Any(TransportFields, mask);
        if (isTransportSeen || !mask.IsWildcard(FlowField.IpProto))
            mask.AddWhole(FlowField.IpProto);
        if (isTransportSeen || Any(IpFields, mask))
            mask.AddWhole(FlowField.IpFrag);
    }

    private static void CompleteArp(ref FlowMask mask)
    {
        if (!mask.IsWildcard(FlowField.NwSrc) || !mask.IsWildcard(FlowField.NwDst) || Any(NeighborFields, mask))
            mask.AddWhole(FlowField.ArpOp);
    }

    /// <summary>Bits that are zero in every such packet are exact with the rest of their field, so that equal masks are equal values.</summary>
    private static void FillUnusedBits(in FlowKey key, ref FlowMask mask)
    {
        for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
        {
            if (!mask.IsWildcard(field))
                mask.Add(field, FlowFieldLayout.AllOf(field) & ~FlowFieldUse.BitsOf(field, key));
        }
    }

    private static bool Any(ReadOnlySpan<FlowField> fields, in FlowMask mask)
    {
        foreach (var field in fields)
        {
            if (!mask.IsWildcard(field))
                return true;
        }
        return false;
    }
}
