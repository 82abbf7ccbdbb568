namespace Fabric.Agent.Lab;

/// <summary>How the opening of a TCP connection ended.</summary>
public enum TcpOutcome : byte
{
    /// <summary>It opened, and data came back as it went.</summary>
    Connected,

    /// <summary>The other side, or something on the way, said no.</summary>
    Refused,

    /// <summary>Nobody said anything in time.</summary>
    NoAnswer,
}
