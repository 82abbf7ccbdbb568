using Fabric.Agent.Description.Keys;
using Fabric.Devices;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads the timers of a router.</summary>
internal static class TimersReader
{
    /// <summary>Reads them; the usual ones where nothing is said.</summary>
    public static RouterTimers Read(Scope scope, MapReader router)
    {
        var usual = RouterTimers.Usual;
        if (router.Find(RouterShape.Timers) is not { } node)
            return usual;
        var title = $"timers of {router.Title}";
        var map = MapReader.Open(node, TimersShape.Shape, title, router.PlaceOf(RouterShape.Timers), scope.Draft.Problems);
        return new RouterTimers
        {
            TcpEstablished = map.One(TimersShape.TcpEstablished, usual.TcpEstablished),
            TcpTransitory = map.One(TimersShape.TcpTransitory, usual.TcpTransitory),
            Udp = map.One(TimersShape.Udp, usual.Udp),
            Icmp = map.One(TimersShape.Icmp, usual.Icmp),
            Other = map.One(TimersShape.Other, usual.Other),
        };
    }
}
