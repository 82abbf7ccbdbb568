namespace Fabric.Devices;

/// <summary>How long a router's connections are remembered after their last packet, in seconds.</summary>
/// <remarks>For what it translates, and for what enters the network by a port of it and rules ask about; connections that begin at bridges have the usual times.</remarks>
public sealed record RouterTimers
{
    /// <summary>The longest of all: 30 days.</summary>
    public const int MaxSeconds = 30 * 24 * 3600;

    /// <summary>What holds where nothing else is said.</summary>
    public static RouterTimers Usual { get; } = new();

    /// <summary>TCP, established: 2 h 4 min by default and at least (RFC 5382, REQ-5).</summary>
    public int TcpEstablished { get; init; } = 124 * 60;

    /// <summary>TCP, not established yet or not any more: 4 min by default and at least (RFC 5382, REQ-5; for resets RFC 7857, section 2.2).</summary>
    public int TcpTransitory { get; init; } = 4 * 60;

    /// <summary>UDP that was answered: 5 min by default, 2 min at least (RFC 4787, REQ-5). Unanswered it is always 2 min.</summary>
    public int Udp { get; init; } = 5 * 60;

    /// <summary>ICMP and ICMPv6 echo: 60 s by default and at least (RFC 5508, REQ-2).</summary>
    public int Icmp { get; init; } = 60;

    /// <summary>All other protocols: 10 min by default, 1 s at least; no RFC asks for more.</summary>
    public int Other { get; init; } = 10 * 60;
}
