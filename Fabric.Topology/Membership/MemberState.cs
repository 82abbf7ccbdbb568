namespace Fabric.Topology.Membership;

/// <summary>How a node stands to the hive.</summary>
public enum MemberState : byte
{
    /// <summary>It reads what it missed and does no duties yet.</summary>
    Joining,

    /// <summary>It follows the journal and answers.</summary>
    Live,

    /// <summary>It does not answer, or the journal knows nothing of it; it may well forward packets all the same.</summary>
    Unreachable,

    /// <summary>It went, by its own word or an operator's; what it held is free.</summary>
    Left,
}
