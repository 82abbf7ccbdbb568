using Fabric.Collections;
using Fabric.Devices;
using Fabric.Packets;

namespace Fabric.Connections;

/// <summary>How long a connection is remembered after its last packet.</summary>
public static class ConnectionTimers
{
    /// <summary>TCP, established, where a router says nothing else.</summary>
    public static readonly TimeSpan TcpEstablished = TimeSpan.FromSeconds(RouterTimers.Usual.TcpEstablished);

    /// <summary>TCP, not established yet or not any more, where a router says nothing else.</summary>
    public static readonly TimeSpan TcpTransitory = TimeSpan.FromSeconds(RouterTimers.Usual.TcpTransitory);

    /// <summary>UDP that was not answered: 2 min (RFC 4787, REQ-5).</summary>
    public static readonly TimeSpan UdpOpening = TimeSpan.FromMinutes(2);

    /// <summary>The time for a protocol and phase.</summary>
    public static TimeSpan Of(byte protocol, ConnectionPhase phase, RouterTimers timers) =>
        protocol switch
        {
            IpProtocol.Tcp => TimeSpan.FromSeconds(
                phase is ConnectionPhase.Established or ConnectionPhase.Closing ? timers.TcpEstablished : timers.TcpTransitory
            ),
            IpProtocol.Udp => phase == ConnectionPhase.Opening ? UdpOpening : TimeSpan.FromSeconds(timers.Udp),
            IpProtocol.Icmp or IpProtocol.Icmpv6 => TimeSpan.FromSeconds(timers.Icmp),
            _ => TimeSpan.FromSeconds(timers.Other),
        };

    /// <summary>The times of connections that begin at a device.</summary>
    public static RouterTimers At(PersistentMap<RouterId, Router> routers, DeviceRef device) =>
        device.Kind == DeviceKind.Router ? routers.GetValueOrDefault(device.AsRouter)?.Timers ?? RouterTimers.Usual : RouterTimers.Usual;
}
