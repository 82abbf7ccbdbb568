namespace Fabric.Devices;

/// <summary>What came of asking a member whether it serves.</summary>
/// <remarks>On the wire; a value is never given another meaning.</remarks>
public enum CheckResult : byte
{
    /// <summary>It answered as wanted.</summary>
    Good,

    /// <summary>Nothing came in time.</summary>
    NoAnswer,

    /// <summary>Nothing listens at the port.</summary>
    Refused,

    /// <summary>It answered with a status of HTTP that is not wanted.</summary>
    BadStatus,

    /// <summary>What it answered is no HTTP, or it ended before the status.</summary>
    BadAnswer,

    /// <summary>The router has no way to it.</summary>
    NoRoute,

    /// <summary>It agrees on no TLS.</summary>
    NoTls,
}
