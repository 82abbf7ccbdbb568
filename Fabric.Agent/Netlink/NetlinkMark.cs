namespace Fabric.Agent.Netlink;

/// <summary>Where a message or a nested attribute was begun, so that its end can patch the length in.</summary>
/// <param name="Offset">Of the header in the buffer.</param>
public readonly record struct NetlinkMark(int Offset);
