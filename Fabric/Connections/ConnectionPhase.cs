namespace Fabric.Connections;

/// <summary>Where a connection is in its life.</summary>
public enum ConnectionPhase : byte
{
    /// <summary>One side has spoken.</summary>
    Opening,

    /// <summary>TCP: the other side has answered, and the handshake is not finished.</summary>
    Answered,

    /// <summary>Both sides have spoken; TCP: the handshake is finished.</summary>
    Established,

    /// <summary>TCP: one side has said that it has no more to send.</summary>
    Closing,

    /// <summary>TCP: both sides have, or one has broken it off.</summary>
    Closed,
}
