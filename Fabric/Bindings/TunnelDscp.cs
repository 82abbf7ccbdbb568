using Fabric.Flows;
using Fabric.Packets;
using Fabric.Simulation;

namespace Fabric.Bindings;

/// <summary>The differentiated services code point of packets in tunnels, in the uniform model (RFC 2983, section 3.1).</summary>
public static class TunnelDscp
{
    // The other two bits tell of congestion; the kernel copies them by itself (RFC 6040).
    private const byte Bits = 0xfc;

    /// <summary>Gives each encapsulation the code point of the packet in it; 0 if that is no IP.</summary>
    /// <param name="key">The packet as simulated; what is read becomes part of its mask.</param>
    /// <param name="actions">Changed in place.</param>
    public static void Copy(ObservedKey key, Buffer<FlowAction> actions)
    {
        for (var i = 0; i < actions.Count; i++)
        {
            if (actions[i].Kind == FlowActionKind.SetTunnel)
                actions[i] = actions[i].WithTos(Of(key));
        }
    }

    private static byte Of(ObservedKey key) =>
        key.Read(FlowField.EthType) is EtherType.Ipv4 or EtherType.Ipv6 ? (byte)key.ReadBits(FlowField.IpTos, Bits) : (byte)0;
}
