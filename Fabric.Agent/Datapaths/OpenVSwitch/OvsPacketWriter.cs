using Fabric.Agent.Netlink;
using Fabric.Agent.Netlink.Generic;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Writes requests to execute actions on packets.</summary>
internal static class OvsPacketWriter
{
    /// <summary>Asks to execute actions on a frame.</summary>
    /// <remarks>
    /// The kernel reads the frame's headers again, so its port is all that it must be told. A failure is answered by its sequence number without
    /// being asked for. Allocates nothing.
    /// </remarks>
    /// <param name="writer">The datagram.</param>
    /// <param name="family">ovs_packet.</param>
    /// <param name="datapathIndex">Which datapath.</param>
    /// <param name="sequence">Of the message.</param>
    /// <param name="key">The frame's key: its port, and which headers the actions set.</param>
    /// <param name="frame">The frame from its Ethernet header on, tags in place; at least a header long.</param>
    /// <param name="actions">What to do.</param>
    /// <returns>False if the kernel has no such actions; nothing is written then.</returns>
    public static bool TryExecute(
        NetlinkWriter writer,
        GenericFamily family,
        int datapathIndex,
        uint sequence,
        in FlowKey key,
        ReadOnlySpan<byte> frame,
        ReadOnlySpan<FlowAction> actions
    )
    {
        var message = writer.BeginMessage(family.Id, NetlinkFlags.Request, sequence);
        writer.WriteFixed(new OvsHeader(PacketCommand.Execute, PacketVersion, datapathIndex));
        writer.WriteBytes(PacketAttribute.Packet, frame);
        var nest = writer.BeginNested(PacketAttribute.Key);
        if (key.InPort < MaxPorts)
        {
            writer.Write(KeyAttribute.InPort, key.InPort);
        }
        writer.EndNested(nest);
        nest = writer.BeginNested(PacketAttribute.Actions);
        if (!OvsActionWriter.TryWrite(writer, actions, key))
        {
            writer.TakeBack(message);
            return false;
        }
        writer.EndNested(nest);
        writer.EndMessage(message);
        return true;
    }
}
