using Fabric.Agent.Netlink.Rtnetlink;

namespace Fabric.Agent;

/// <summary>What a <see cref="DatapathActor"/> is told.</summary>
/// <param name="Link">An interface that changed; null to look at the description again.</param>
internal readonly record struct DatapathMessage(LinkChange? Link);
