namespace Fabric.Simulation;

/// <summary>What a simulation wishes to be done.</summary>
public enum EffectKind : byte
{
    /// <summary>Remember behind which port of a bridge a station is.</summary>
    LearnMac,

    /// <summary>Remember the Ethernet address of a router port's neighbor.</summary>
    LearnNeighbor,

    /// <summary>Ask for the Ethernet address of a router port's neighbor.</summary>
    ResolveNeighbor,

    /// <summary>Send a frame that the network made, starting at a port.</summary>
    Emit,

    /// <summary>An echo of this host's own came back from another host.</summary>
    HearEcho,

    /// <summary>Tell whoever checks the members of a router's pools what one of them answered.</summary>
    HearCheck,

    /// <summary>Another host has heard from this one after a silence: ask it at once whether the way is up.</summary>
    AskPeer,

    /// <summary>Remember a connection, which begins with this packet.</summary>
    OpenConnection,

    /// <summary>Note that a packet of a connection was seen.</summary>
    SeeConnection,

    /// <summary>Remember what a first fragment tells, for those behind it.</summary>
    TellFragment,

    /// <summary>Let a later fragment wait for the first of its packet.</summary>
    AwaitFragment,

    /// <summary>Get more ports that sources are translated to.</summary>
    WantPorts,
}
