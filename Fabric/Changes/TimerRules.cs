using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>Rules of a router's timers: none below what RFCs demand, for a connection that is only quiet must not be forgotten.</summary>
internal static class TimerRules
{
    /// <summary>2 h 4 min and 4 min (RFC 5382, REQ-5).</summary>
    private const int LeastTcpEstablished = 7440;
    private const int LeastTcpTransitory = 240;

    /// <summary>2 min (RFC 4787, REQ-5).</summary>
    private const int LeastUdp = 120;

    /// <summary>60 s (RFC 5508, REQ-2).</summary>
    private const int LeastIcmp = 60;

    public static Rejection? Check(Router router)
    {
        var timers = router.Timers;
        (string Name, int Seconds, int Least, string Why)[] all =
        [
            ("TCP established", timers.TcpEstablished, LeastTcpEstablished, " (RFC 5382, REQ-5)"),
            ("TCP transitory", timers.TcpTransitory, LeastTcpTransitory, " (RFC 5382, REQ-5)"),
            ("UDP", timers.Udp, LeastUdp, " (RFC 4787, REQ-5)"),
            ("ICMP", timers.Icmp, LeastIcmp, " (RFC 5508, REQ-2)"),
            ("other protocols", timers.Other, 1, ""),
        ];
        foreach (var (name, seconds, least, why) in all)
        {
            if (seconds < least)
                return Refused(router, name, seconds, $"{least} s or more{why}");
            if (seconds > RouterTimers.MaxSeconds)
                return Refused(router, name, seconds, $"{RouterTimers.MaxSeconds} s at most");
        }
        return null;
    }

    private static Rejection Refused(Router router, string name, int seconds, string bound) =>
        Refusal.Invalid($"{Refusal.Of(router)} remembers connections of {name} for {seconds} s: use {bound}", router.Ref);
}
