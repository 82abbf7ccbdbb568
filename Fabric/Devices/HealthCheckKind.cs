namespace Fabric.Devices;

/// <summary>How a member of a pool is asked whether it serves.</summary>
public enum HealthCheckKind : byte
{
    /// <summary>It accepts a TCP connection, which is given up at once.</summary>
    Tcp,

    /// <summary>It answers a GET of HTTP with a status that is wanted.</summary>
    Http,

    /// <summary>It answers a datagram with any other.</summary>
    Udp,

    /// <summary>As <see cref="Http"/>, over TLS; whose certificate it shows is not looked at.</summary>
    Https,
}
