using System.Buffers.Binary;
using Fabric.Agent.Netlink;

namespace Fabric.Tests.Netlink;

/// <summary>One message of an answer, written byte by byte and apart from the code under test.</summary>
/// <param name="Type">The header's type.</param>
/// <param name="Payload">All after the header.</param>
/// <param name="Flags">The header's flags.</param>
/// <param name="Sequence">Null for that of the request.</param>
internal sealed record Reply(ushort Type, byte[] Payload, NetlinkFlags Flags = 0, uint? Sequence = null)
{
    /// <summary>NLMSG_ERROR with number 0.</summary>
    public static Reply Acknowledgement => Error(0);

    /// <summary>NLMSG_DONE.</summary>
    public static Reply Done => new(3, new byte[4], NetlinkFlags.Multi);

    /// <summary>NLMSG_ERROR, quoting a request by its header only.</summary>
    public static Reply Error(int errno, params byte[] attributes)
    {
        var payload = new byte[20 + attributes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(payload, -errno);
        attributes.CopyTo(payload, 20);
        var explained = attributes.Length > 0 ? NetlinkFlags.Explained : 0;
        return new Reply(2, payload, NetlinkFlags.Capped | explained);
    }

    /// <summary>The number of a request.</summary>
    public static uint SequenceOf(byte[] request) => BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(8));

    /// <summary>One datagram of several messages.</summary>
    public static byte[] Join(byte[] request, params Reply[] replies) =>
        [.. replies.SelectMany(reply => reply.ToBytes(SequenceOf(request)))];

    public byte[] ToBytes(uint requestSequence)
    {
        var bytes = new byte[(16 + Payload.Length + 3) / 4 * 4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 16 + Payload.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Sequence ?? requestSequence);
        Payload.CopyTo(bytes, 16);
        return bytes;
    }
}
