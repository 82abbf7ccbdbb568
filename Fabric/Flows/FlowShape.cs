namespace Fabric.Flows;

/// <summary>What keys and masks have in common whose texts have the same fields: all that tells which are there, and which bits count.</summary>
internal readonly record struct FlowShape(
    FlowMask Mask,
    ushort EthType,
    byte IpProto,
    FragmentKind Frag,
    ushort Tpid,
    ushort InnerTpid,
    bool HasIpv6Tunnel,
    bool IsNeighbor
)
{
    public static FlowShape Of(in FlowKey key, in FlowMask mask) =>
        new(
            mask,
            key.EthType,
            key.IpProto,
            key.IpFrag,
            (ushort)key.Get(FlowField.VlanTpid),
            (ushort)key.Get(FlowField.CvlanTpid),
            FlowFieldUse.HasIpv6Tunnel(key),
            FlowFieldUse.IsNeighbor(key)
        );
}
