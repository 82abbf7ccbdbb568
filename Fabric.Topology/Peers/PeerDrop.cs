namespace Fabric.Topology.Peers;

/// <summary>Why a datagram or message between agents went nowhere.</summary>
public enum PeerDrop : byte
{
    /// <summary>It did not: it was taken.</summary>
    None,

    /// <summary>Its bytes are no datagram of this version.</summary>
    Malformed,

    /// <summary>No such host, or one that has no key.</summary>
    UnknownHost,

    /// <summary>It was altered, or made without the key of the host that it names.</summary>
    WrongKey,

    /// <summary>It was taken before, or answers what was not asked.</summary>
    Replayed,

    /// <summary>It comes so late that nobody knows whether it was taken before.</summary>
    TooOld,

    /// <summary>It is of a session that this agent does not have; after a restart of either the next hello mends that.</summary>
    UnknownSession,

    /// <summary>Hellos of its host come faster than they are answered.</summary>
    TooManyHellos,

    /// <summary>Its topic means nothing to this version.</summary>
    UnknownTopic,

    /// <summary>Nobody listens to its topic.</summary>
    NoListener,

    /// <summary>Too many wait: for the way to the host to open, or for this agent to find time.</summary>
    Full,
}
