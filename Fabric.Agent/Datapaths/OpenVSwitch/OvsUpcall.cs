namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>A packet that the kernel handed up, beside its key; valid as long as the buffer it was read from.</summary>
/// <remarks>Every span lies within that buffer, so a pointer into it stays good without a copy.</remarks>
public ref struct OvsUpcall
{
    /// <summary>Why: no flow matched; else an action asked for it.</summary>
    public bool IsMiss;

    /// <summary>The interface index of the datapath's local port.</summary>
    public int DatapathIndex;

    /// <summary>The key says all that matters of the packet; see <see cref="OvsKeyReader"/>.</summary>
    public bool IsKeyWhole;

    /// <summary>The kernel's own form of the key, which it takes back as it is.</summary>
    public ReadOnlySpan<byte> KeyAttributes;

    /// <summary>The frame from its Ethernet header on, tags in place; a segment of many is whole (64 KiB).</summary>
    public ReadOnlySpan<byte> Packet;

    /// <summary>The frame's length before the kernel cut it, in bytes.</summary>
    public int FullLength;

    /// <summary>What the action that asked for it was given; 0 on a miss.</summary>
    public ulong Cookie;
}
