namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>One difference between what was known of the links and what is.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Link">The link as it is now; a vanished one as it was last.</param>
public readonly record struct LinkChange(LinkChangeKind Kind, Link Link);
