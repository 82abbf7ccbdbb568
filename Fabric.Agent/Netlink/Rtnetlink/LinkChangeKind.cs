namespace Fabric.Agent.Netlink.Rtnetlink;

/// <summary>What happened to a link.</summary>
public enum LinkChangeKind
{
    /// <summary>It was not there before.</summary>
    Appeared,

    /// <summary>It was there and says something else of itself now.</summary>
    Changed,

    /// <summary>It was deleted or moved to another namespace.</summary>
    Vanished,
}
