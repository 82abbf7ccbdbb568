namespace Fabric.Topology.Membership;

/// <summary>How a node stands to the hive.</summary>
public enum MemberState : byte
{
    /// <summary>It reads what it missed and does no duties yet, or has not been heard by an agent that has just begun.</summary>
    Joining,

    /// <summary>It follows the journal and answers.</summary>
    Live,

    /// <summary>It does not answer, or the journal knows nothing of it; it may well forward packets all the same.</summary>
    Unreachable,

    /// <summary>An operator deleted it from the description; what it held is free. An agent that merely ends is unreachable.</summary>
    Left,
}
