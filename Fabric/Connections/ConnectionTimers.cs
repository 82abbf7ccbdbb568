using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>How long a connection is remembered after its last packet.</summary>
public static class ConnectionTimers
{
    /// <summary>TCP, established: 2 h 4 min (RFC 5382, REQ-5).</summary>
    public static readonly TimeSpan TcpEstablished = TimeSpan.FromMinutes(124);

    /// <summary>TCP, not established yet or not any more: 4 min (RFC 5382, REQ-5; for resets RFC 7857, section 2.2).</summary>
    public static readonly TimeSpan TcpTransitory = TimeSpan.FromMinutes(4);

    /// <summary>UDP that was answered: 5 min (RFC 4787, REQ-5 c).</summary>
    public static readonly TimeSpan UdpEstablished = TimeSpan.FromMinutes(5);

    /// <summary>UDP that was not answered: 2 min (RFC 4787, REQ-5).</summary>
    public static readonly TimeSpan UdpOpening = TimeSpan.FromMinutes(2);

    /// <summary>ICMP and ICMPv6 echo: 60 s (RFC 5508, REQ-2).</summary>
    public static readonly TimeSpan Echo = TimeSpan.FromSeconds(60);

    /// <summary>All other protocols: 10 min.</summary>
    public static readonly TimeSpan Other = TimeSpan.FromMinutes(10);

    /// <summary>The time for a protocol and phase.</summary>
    public static TimeSpan Of(byte protocol, ConnectionPhase phase) =>
        protocol switch
        {
            IpProtocol.Tcp => phase is ConnectionPhase.Established or ConnectionPhase.Closing ? TcpEstablished : TcpTransitory,
            IpProtocol.Udp => phase == ConnectionPhase.Opening ? UdpOpening : UdpEstablished,
            IpProtocol.Icmp or IpProtocol.Icmpv6 => Echo,
            _ => Other,
        };
}
