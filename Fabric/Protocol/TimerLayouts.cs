using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The layout of a router's timers.</summary>
internal static class TimerLayouts
{
    private const int Since = 9;

    public static Layout<RouterTimers> Timers { get; } =
        new Layout<RouterTimers>("timers", new RouterTimers())
            .Required(1, ValueCodec.Int32, timers => timers.TcpEstablished, (timers, time) => timers with { TcpEstablished = time }, Since)
            .Required(2, ValueCodec.Int32, timers => timers.TcpTransitory, (timers, time) => timers with { TcpTransitory = time }, Since)
            .Required(3, ValueCodec.Int32, timers => timers.Udp, (timers, time) => timers with { Udp = time }, Since)
            .Required(4, ValueCodec.Int32, timers => timers.Icmp, (timers, time) => timers with { Icmp = time }, Since)
            .Required(5, ValueCodec.Int32, timers => timers.Other, (timers, time) => timers with { Other = time }, Since);
}
