using Fabric.Addresses;
using Fabric.Bindings;
using Fabric.Flows;

namespace Fabric.Agent.Datapaths.User;

/// <summary>How a frame came from another host.</summary>
/// <param name="Source">Whose it is.</param>
/// <param name="Key">The key that it came by; 24 bits.</param>
internal readonly record struct VxlanArrival(IpAddress Source, uint Key)
{
    /// <summary>Writes it into the headers of the frame.</summary>
    /// <remarks>A socket does not tell whether there was a checksum; what our hosts send by that version of IP is said.</remarks>
    public void Tell(ref FlowKey key)
    {
        key.Set(FlowField.TunnelId, Key);
        key.SetWide(FlowField.TunnelSrc, Source.Bits);
        key.Set(FlowField.TunnelFlags, (ulong)(Underlay.TunnelOptionsOf(Source.Family).Flags & ~TunnelFlags.DontFragment));
    }
}
