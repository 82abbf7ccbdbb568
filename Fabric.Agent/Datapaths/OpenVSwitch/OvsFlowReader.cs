using System.Runtime.InteropServices;
using Fabric.Agent.Netlink;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads what the kernel tells of flows: answers to gets, dumps, and deletes with echo.</summary>
internal static class OvsFlowReader
{
    private const int IdBytes = 4 * sizeof(uint);

    /// <summary>Reads a message of the flow family.</summary>
    /// <param name="payload">The message behind its netlink header.</param>
    /// <param name="flow">The flow; its key, mask and actions are read on request.</param>
    /// <param name="problem">Why the bytes are wrong.</param>
    /// <returns>False if the bytes are malformed. Allocates nothing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out OvsFlow flow, out NetlinkProblem problem)
    {
        flow = default;
        if (!OvsHeader.TryRead(payload, out _, out var attributes))
        {
            problem = NetlinkProblem.FixedHeaderCut;
            return false;
        }
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case FlowAttribute.Ufid when attributes.Value.Length == IdBytes:
                    flow.Id = ReadId(attributes.Value);
                    break;
                case FlowAttribute.Stats:
                    var counters = attributes.Read<FlowCounters>();
                    flow.Packets = (long)counters.Packets;
                    flow.Bytes = (long)counters.Bytes;
                    break;
                case FlowAttribute.TcpFlags:
                    flow.TcpFlags = attributes.Read<byte>();
                    break;
                case FlowAttribute.Used:
                    flow.UsedMilliseconds = attributes.Read<long>();
                    break;
                case FlowAttribute.Key:
                    flow.KeyAttributes = attributes.Value;
                    break;
                case FlowAttribute.Mask:
                    flow.MaskAttributes = attributes.Value;
                    break;
                case FlowAttribute.Actions:
                    flow.ActionAttributes = attributes.Value;
                    break;
            }
        }
        problem = attributes.Problem;
        return problem == NetlinkProblem.None;
    }

    private static FlowId ReadId(ReadOnlySpan<byte> value)
    {
        var id = UInt128.Zero;
        foreach (var word in MemoryMarshal.Cast<byte, uint>(value))
        {
            id = id << 32 | word;
        }
        return new FlowId(id);
    }
}
