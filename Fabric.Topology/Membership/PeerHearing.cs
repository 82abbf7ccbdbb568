namespace Fabric.Topology.Membership;

/// <summary>What the messages of a host's agent say of it.</summary>
public enum PeerHearing : byte
{
    /// <summary>It was heard a moment ago.</summary>
    Heard,

    /// <summary>It was heard, and is no more; or said that it ends.</summary>
    Silent,

    /// <summary>Nothing was heard of it since this agent started.</summary>
    Never,

    /// <summary>Nothing can be heard: one of the two hosts has no address or no key.</summary>
    NoWay,
}
