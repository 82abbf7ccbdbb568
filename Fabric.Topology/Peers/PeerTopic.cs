namespace Fabric.Topology.Peers;

/// <summary>What a message between agents is about, and so who receives it.</summary>
/// <remarks>On the wire; a value is never given another meaning. A topic that is not known is dropped and counted.</remarks>
public enum PeerTopic : byte
{
    /// <summary>That an agent lives, and how far it has followed.</summary>
    Heartbeat = 1,

    /// <summary>Learned facts, and that they arrived.</summary>
    Facts = 2,

    /// <summary>Entries of the journal, from one node to another.</summary>
    Feed = 3,

    /// <summary>Who wants to hear when a position is in force.</summary>
    Position = 4,

    /// <summary>What a host knows of itself, asked by another for people, and the answer.</summary>
    Question = 5,

    /// <summary>Connections, that they arrived, and questions for some.</summary>
    Connections = 6,

    /// <summary>What a member of a pool answered to a check of another host's.</summary>
    Checks = 7,

    /// <summary>That a host still checks.</summary>
    CheckBeats = 8,
}
