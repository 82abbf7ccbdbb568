using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Rounds masks up to few shapes, since a datapath looks a packet up once for each distinct mask it holds.</summary>
/// <remarks>
/// Always sound: a bit more only splits a flow. Most fields become wildcards or whole; addresses become prefixes of whole bytes (IPv4) or of
/// whole 16-bit groups (IPv6); ports a prefix of 8 bits or whole, so that one flow stands for many ephemeral ports; TCP flags those that open
/// and close a connection, or all. Never clears a bit; rounding twice is rounding once.
/// </remarks>
public static class MaskShapes
{
    /// <summary>The TCP flags by which connections are told apart.</summary>
    private const TcpFlags ConnectionFlags = TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Fin | TcpFlags.Rst;

    /// <summary>Rounds up a mask that <see cref="MaskPrerequisites"/> completed.</summary>
    /// <param name="key">The packet that the mask was observed of.</param>
    /// <param name="mask">The mask, widened in place.</param>
    public static void RoundUp(in FlowKey key, ref FlowMask mask)
    {
        for (var field = default(FlowField); (int)field < FlowFieldLayout.Count; field++)
        {
            var bits = mask.GetAny(field);
            if (bits != UInt128.Zero)
                mask.SetAny(field, bits | RoundUp(field, bits, key));
        }
    }

    private static UInt128 RoundUp(FlowField field, UInt128 bits, in FlowKey key) =>
        field switch
        {
            FlowField.NwSrc or FlowField.NwDst when key.EthType == EtherType.Ipv6 => PrefixOf(field, bits, step: 16),
            FlowField.NwSrc or FlowField.NwDst => PrefixOf(field, bits, step: 8),
            FlowField.TpSrc or FlowField.TpDst when FlowFieldUse.HasPorts(key) => PrefixOf(field, bits, step: 8),
            FlowField.TcpFlags when FlowFieldUse.HasTcpFlags(key) => FlagsOf(bits),
            _ => FlowFieldLayout.AllOf(field),
        };

    /// <summary>All bits from the top of the field down to the lowest that is set, in whole steps.</summary>
    private static UInt128 PrefixOf(FlowField field, UInt128 bits, int step)
    {
        var free = (int)UInt128.TrailingZeroCount(bits) / step * step;
        return FlowFieldLayout.AllOf(field) & UInt128.MaxValue << free;
    }

    private static UInt128 FlagsOf(UInt128 bits)
    {
        var unused = FlowFieldLayout.AllOf(FlowField.TcpFlags) & ~(UInt128)(ulong)TcpFlags.All;
        var isWithin = (bits & ~unused & ~(UInt128)(ulong)ConnectionFlags) == UInt128.Zero;
        return unused | (isWithin ? (ulong)ConnectionFlags : (ulong)TcpFlags.All);
    }
}
