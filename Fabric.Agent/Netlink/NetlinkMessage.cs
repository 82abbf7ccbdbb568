namespace Fabric.Agent.Netlink;

/// <summary>One received message; valid as long as the buffer it was read from.</summary>
/// <param name="type">The header's type: a family's own, or one below 16.</param>
/// <param name="flags">The header's flags.</param>
/// <param name="sequence">The request this belongs to; 0 for a notification.</param>
/// <param name="payload">All after the header, without padding.</param>
public readonly ref struct NetlinkMessage(ushort type, NetlinkFlags flags, uint sequence, ReadOnlySpan<byte> payload)
{
    public ushort Type { get; } = type;

    public NetlinkFlags Flags { get; } = flags;

    public uint Sequence { get; } = sequence;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Splits the payload into the family's fixed header and the attributes after it.</summary>
    /// <param name="fixedBytes">The known size of the header; the kernel may not send less.</param>
    /// <param name="header">Exactly that many bytes.</param>
    /// <param name="attributes">A reader of what follows.</param>
    /// <returns>False if the payload is too short.</returns>
    public bool TrySplit(int fixedBytes, out ReadOnlySpan<byte> header, out NetlinkReader attributes)
    {
        if (Payload.Length < fixedBytes)
        {
            header = default;
            attributes = default;
            return false;
        }
        header = Payload[..fixedBytes];
        attributes = new NetlinkReader(Payload[Math.Min(NetlinkFormat.Align(fixedBytes), Payload.Length)..]);
        return true;
    }
}
