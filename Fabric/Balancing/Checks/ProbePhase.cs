namespace Fabric.Balancing.Checks;

/// <summary>How far a probe has come.</summary>
public enum ProbePhase : byte
{
    /// <summary>It waits for the member to accept a connection, or for a datagram.</summary>
    Opening,

    /// <summary>It has asked, and waits for the status.</summary>
    Asked,

    /// <summary>It is known what came of it.</summary>
    Ended,
}
