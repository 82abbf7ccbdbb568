using System.Runtime.InteropServices;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Netlink;

/// <summary>The end of an exchange: the error number of an Error or Done message, with the kernel's explanation.</summary>
/// <remarks>
/// linux/netlink.h, struct nlmsgerr. Done carries only the number and, if flagged, the attributes.
/// <code>
/// s32 -errno | header of the request (16) | its payload unless capped | attributes if explained: 1 text, 2 u32 offset
/// </code>
/// </remarks>
/// <param name="Errno">None for an acknowledgement.</param>
/// <param name="Text">The kernel's words, if any.</param>
/// <param name="OffsetBytes">Where in the request it stumbled, if told.</param>
internal readonly record struct NetlinkAnswer(Errno Errno, string? Text, uint? OffsetBytes)
{
    private const int NumberBytes = sizeof(int);
    private const ushort TextAttribute = 1;
    private const ushort OffsetAttribute = 2;

    /// <summary>Reads an Error message.</summary>
    public static bool TryParseError(NetlinkMessage message, out NetlinkAnswer answer, out NetlinkProblem problem)
    {
        const int fixedBytes = NumberBytes + NetlinkFormat.MessageHeaderBytes;
        if (message.Payload.Length < fixedBytes)
        {
            answer = default;
            problem = NetlinkProblem.FixedHeaderCut;
            return false;
        }
        var quotedBytes = message.Flags.HasFlag(NetlinkFlags.Capped)
            ? NetlinkFormat.MessageHeaderBytes
            : (int)Math.Min(MemoryMarshal.Read<uint>(message.Payload[NumberBytes..]), int.MaxValue / 2);
        return TryParse(message, NumberBytes + NetlinkFormat.Align(quotedBytes), out answer, out problem);
    }

    /// <summary>Reads a Done message. Some families send it without a number; that means success.</summary>
    public static bool TryParseDone(NetlinkMessage message, out NetlinkAnswer answer, out NetlinkProblem problem)
    {
        if (message.Payload.Length < NumberBytes)
        {
            answer = default;
            problem = NetlinkProblem.None;
            return true;
        }
        return TryParse(message, NumberBytes, out answer, out problem);
    }

    private static bool TryParse(NetlinkMessage message, int attributesAt, out NetlinkAnswer answer, out NetlinkProblem problem)
    {
        var errno = (Errno)(-MemoryMarshal.Read<int>(message.Payload));
        answer = new NetlinkAnswer(errno, null, null);
        problem = NetlinkProblem.None;
        if (!message.Flags.HasFlag(NetlinkFlags.Explained))
        {
            return true;
        }
        if (attributesAt > message.Payload.Length)
        {
            problem = NetlinkProblem.MessageCut;
            return false;
        }
        var attributes = new NetlinkReader(message.Payload[attributesAt..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case TextAttribute:
                    answer = answer with { Text = attributes.ReadText() };
                    break;
                case OffsetAttribute:
                    answer = answer with { OffsetBytes = attributes.Read<uint>() };
                    break;
            }
        }
        problem = attributes.Problem;
        return problem == NetlinkProblem.None;
    }
}
