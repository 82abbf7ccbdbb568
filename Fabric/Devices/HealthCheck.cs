namespace Fabric.Devices;

/// <summary>How the members of a pool are asked whether they serve, and how many answers count.</summary>
public sealed record HealthCheck
{
    /// <summary>The greatest <see cref="IntervalMilliseconds"/> and <see cref="TimeoutMilliseconds"/>.</summary>
    public const int MaxMilliseconds = 3_600_000;

    /// <summary>The least of them.</summary>
    public const int MinMilliseconds = 100;

    /// <summary>The greatest <see cref="Rise"/> and <see cref="Fall"/>.</summary>
    public const int MaxCount = 100;

    /// <summary>Bytes that <see cref="Path"/>, <see cref="Host"/> and <see cref="Payload"/> may have: with all headers a request is one small packet.</summary>
    public const int MaxTextLength = 200;

    /// <summary>How they are asked.</summary>
    public HealthCheckKind Kind { get; init; }

    /// <summary>The port that is asked; null for the member's own.</summary>
    public ushort? Port { get; init; }

    /// <summary>From one question to the next, in milliseconds.</summary>
    public int IntervalMilliseconds { get; init; } = 2_000;

    /// <summary>How long an answer may take, in milliseconds; at most the interval.</summary>
    public int TimeoutMilliseconds { get; init; } = 1_000;

    /// <summary>Good answers in a row by which a member that is down comes up.</summary>
    public byte Rise { get; init; } = 2;

    /// <summary>Failures in a row by which a member that is up goes down.</summary>
    public byte Fall { get; init; } = 3;

    /// <summary>HTTP: what is asked for.</summary>
    public string Path { get; init; } = "/";

    /// <summary>HTTP: whom it is asked of; null for the member's address.</summary>
    public string? Host { get; init; }

    /// <summary>HTTP: the statuses that are good.</summary>
    public PortRange Status { get; init; } = new(200, 399);

    /// <summary>UDP: what is sent.</summary>
    public string Payload { get; init; } = "";
}
