using Fabric.Addresses;

namespace Fabric.Packets;

/// <summary>What a flow key holds of a neighbor solicitation or advertisement.</summary>
/// <remarks>
/// As the Open vSwitch kernel module extracts it (net/openvswitch/flow.c, parse_icmpv6), which judges less than
/// <see cref="NeighborSolicitation"/> does: it takes what precedes a broken option, and nothing if one is repeated.
/// </remarks>
/// <param name="Target">The target.</param>
/// <param name="SourceMac">The source link-layer address option, else zero.</param>
/// <param name="TargetMac">The target link-layer address option, else zero.</param>
public readonly record struct NeighborFields(Ipv6Address Target, MacAddress SourceMac, MacAddress TargetMac)
{
    /// <summary>Reads the fields of a frame.</summary>
    /// <returns>False if it is no such message, or shorter than one: then all are zero.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, in PacketLayout layout, out NeighborFields fields)
    {
        fields = default;
        if (layout.Transport != TransportKind.Icmpv6 || !NeighborView.TryParse(frame[layout.TransportOffset..], out var view))
            return false;
        if (view.Code != 0 || view.Type is not (Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement))
            return false;
        fields = new(view.Target, MacAddress.Zero, MacAddress.Zero);
        var options = new NdOptionReader(view.Options);
        while (options.TryNext(out var type, out var value))
        {
            if (type is not (NdOption.SourceLinkLayer or NdOption.TargetLinkLayer) || value.Length != 6)
                continue;
            var isSource = type == NdOption.SourceLinkLayer;
            var isRepeated = (isSource ? fields.SourceMac : fields.TargetMac) != MacAddress.Zero;
            if (isRepeated)
            {
                fields = default;
                return true;
            }
            var mac = NetworkOrder.Mac(value, 0);
            fields = isSource ? fields with { SourceMac = mac } : fields with { TargetMac = mac };
        }
        return true;
    }
}
