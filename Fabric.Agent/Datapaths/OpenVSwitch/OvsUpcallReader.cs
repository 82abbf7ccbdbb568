using System.Buffers.Binary;
using Fabric.Agent.Netlink;
using Fabric.Flows;
using static Fabric.Agent.Datapaths.OpenVSwitch.OvsFormat;

namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Reads the messages of an upcall socket.</summary>
internal static class OvsUpcallReader
{
    /// <summary>Reads a message of the packet family.</summary>
    /// <param name="payload">The message behind its netlink header.</param>
    /// <param name="key">The packet's key.</param>
    /// <param name="upcall">The rest.</param>
    /// <returns>False if the bytes are malformed or no upcall. Allocates nothing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out FlowKey key, out OvsUpcall upcall)
    {
        key = default;
        upcall = default;
        if (!OvsHeader.TryRead(payload, out var header, out var attributes))
        {
            return false;
        }
        if (header.Command is not (PacketCommand.Miss or PacketCommand.Action))
        {
            return false;
        }
        upcall.IsMiss = header.Command == PacketCommand.Miss;
        upcall.DatapathIndex = header.DatapathIndex;
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case PacketAttribute.Packet:
                    upcall.Packet = attributes.Value;
                    break;
                case PacketAttribute.Key:
                    upcall.KeyAttributes = attributes.Value;
                    break;
                case PacketAttribute.Userdata when attributes.Value.Length >= sizeof(ulong):
                    upcall.Cookie = BinaryPrimitives.ReadUInt64BigEndian(attributes.Value);
                    break;
                case PacketAttribute.Len:
                    upcall.FullLength = (int)attributes.Read<uint>();
                    break;
            }
        }
        upcall.FullLength = Math.Max(upcall.FullLength, upcall.Packet.Length);
        return attributes.Problem == NetlinkProblem.None
            && !upcall.Packet.IsEmpty
            && !upcall.KeyAttributes.IsEmpty
            && OvsKeyReader.TryRead(upcall.KeyAttributes, out key, out upcall.IsKeyWhole);
    }
}
