using Fabric.Agent.Description.Keys;
using Fabric.Devices;

namespace Fabric.Agent.Description.Writing;

/// <summary>Writes the timers of a router.</summary>
internal static class TimersWriter
{
    /// <summary>The entries of those that are not the usual ones.</summary>
    public static IEnumerable<(string Key, string Value)> Write(RouterTimers timers)
    {
        var usual = RouterTimers.Usual;
        (Key Key, int Seconds, int Usual)[] all =
        [
            (TimersShape.TcpEstablished, timers.TcpEstablished, usual.TcpEstablished),
            (TimersShape.TcpTransitory, timers.TcpTransitory, usual.TcpTransitory),
            (TimersShape.Udp, timers.Udp, usual.Udp),
            (TimersShape.Icmp, timers.Icmp, usual.Icmp),
            (TimersShape.Other, timers.Other, usual.Other),
        ];
        return all.Where(timer => timer.Seconds != timer.Usual).Select(timer => (timer.Key.Name, TimersShape.Write(timer.Seconds)));
    }
}
