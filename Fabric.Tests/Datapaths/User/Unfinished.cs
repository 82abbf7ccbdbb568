using System.Buffers.Binary;
using Fabric.Agent.Datapaths.User;
using Fabric.Packets;

namespace Fabric.Tests.Datapaths.User;

/// <summary>Makes of a whole frame what a sender with checksum offload would have sent.</summary>
internal static class Unfinished
{
    private const int Ethernet = 14;

    /// <summary>The frame with only the pseudo header's sum in its checksum field, and the header that says so.</summary>
    /// <param name="frame">UDP or TCP over IPv4 or IPv6, without options, extension headers or tags.</param>
    public static (byte[] Frame, VirtioNetHeader Header) Of(byte[] frame)
    {
        var isV4 = frame[Ethernet] >> 4 == 4;
        var start = Ethernet + (isV4 ? 20 : 40);
        var protocol = frame[isV4 ? Ethernet + 9 : Ethernet + 6];
        var offset = protocol == 6 ? 16 : 6;
        var addresses = frame.AsSpan(isV4 ? Ethernet + 12 : Ethernet + 8, isV4 ? 8 : 32);
        var sum = (uint)Checksum.Sum(addresses) + protocol + (uint)(frame.Length - start);
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }
        var unfinished = frame.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(unfinished.AsSpan(start + offset), (ushort)sum);
        var header = new VirtioNetHeader
        {
            Flags = VirtioHeaderFlags.NeedsChecksum,
            ChecksumStart = (ushort)start,
            ChecksumOffset = (ushort)offset,
        };
        return (unfinished, header);
    }
}
