namespace Fabric.Agent.Netlink;

/// <summary>Lengths, padding and flag bits of netlink messages and attributes; no other file knows them.</summary>
/// <remarks>
/// linux/netlink.h. Both headers count themselves in their length and not the padding after them. All numbers are in the
/// host's order.
/// <code>
/// message:    u32 length | u16 type | u16 flags | u32 sequence | u32 port | payload... | padding to 4
/// attribute:  u16 length | u16 type | value... | padding to 4
/// type:       bit 15 nested | bit 14 network order | bits 13..0 the type itself
/// </code>
/// </remarks>
internal static class NetlinkFormat
{
    public const int MessageHeaderBytes = 16;
    public const int MessageTypeOffset = 4;
    public const int MessageFlagsOffset = 6;
    public const int MessageSequenceOffset = 8;
    public const int MessagePortOffset = 12;

    public const int AttributeHeaderBytes = 4;
    public const int AttributeTypeOffset = 2;
    public const int MaxAttributeBytes = ushort.MaxValue;

    public const ushort NestedFlag = 0x8000;
    public const ushort NetworkOrderFlag = 0x4000;
    public const ushort TypeMask = 0x3fff;

    private const int AlignmentBytes = 4;

    /// <summary>The length with its padding.</summary>
    public static int Align(int lengthBytes) => lengthBytes + (AlignmentBytes - 1) & ~(AlignmentBytes - 1);
}
