namespace Fabric.Agent.Netlink;

/// <summary>Message types below 16, which mean the same in every family.</summary>
internal static class NetlinkControl
{
    public const ushort Nothing = 1;

    /// <summary>An error, or with number 0 the acknowledgement.</summary>
    public const ushort Error = 2;

    /// <summary>The end of a multi-part answer.</summary>
    public const ushort Done = 3;

    /// <summary>Data was lost.</summary>
    public const ushort Overrun = 4;
}
