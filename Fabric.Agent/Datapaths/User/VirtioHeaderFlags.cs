namespace Fabric.Agent.Datapaths.User;

/// <summary>What a <see cref="VirtioNetHeader"/> says of the frame's checksum.</summary>
[Flags]
public enum VirtioHeaderFlags : byte
{
    None = 0,

    /// <summary>The checksum is unfinished: the sum from ChecksumStart to the end is still to be stored.</summary>
    NeedsChecksum = 1,

    /// <summary>The checksum was verified; nobody needs to look again.</summary>
    IsVerified = 2,
}
