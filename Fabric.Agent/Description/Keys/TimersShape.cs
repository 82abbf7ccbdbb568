using System.Globalization;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a router's timers.</summary>
internal static class TimersShape
{
    private static readonly ScalarForm<int> _time = new($"time from 1s to {RouterTimers.MaxSeconds}s", "7440s", ReadTime);

    /// <summary>TCP, established.</summary>
    public static Key<ScalarForm<int>> TcpEstablished { get; } =
        Of("tcp-established", "TCP whose handshake is finished and that neither side has ended; 7440s at least (RFC 5382, REQ-5).", 7440);

    /// <summary>TCP, not established.</summary>
    public static Key<ScalarForm<int>> TcpTransitory { get; } =
        Of("tcp-transitory", "TCP that is half-open, closed or reset; 240s at least (RFC 5382, REQ-5).", 240);

    /// <summary>UDP.</summary>
    public static Key<ScalarForm<int>> Udp { get; } =
        Of("udp", "UDP that was answered; 120s at least (RFC 4787, REQ-5). Unanswered it is always 120s.", 300);

    /// <summary>Echoes.</summary>
    public static Key<ScalarForm<int>> Icmp { get; } = Of("icmp", "ICMP and ICMPv6 echo; 60s at least (RFC 5508, REQ-2).", 60);

    /// <summary>All others.</summary>
    public static Key<ScalarForm<int>> Other { get; } = Of("other", "All other protocols.", 600);

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new(
            "timers",
            "How long a router's connections are remembered after their last packet. Those that begin at bridges have the defaults.",
            TcpEstablished,
            TcpTransitory,
            Udp,
            Icmp,
            Other
        );

    /// <summary>Writes a time as it is read.</summary>
    public static string Write(int seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds}s");

    private static Key<ScalarForm<int>> Of(string name, string text, int usual) => new(name, _time, text) { Default = Write(usual) };

    private static bool ReadTime(string text, out int seconds)
    {
        seconds = 0;
        return text.EndsWith('s') && Forms.ReadInteger(text[..^1], 1, RouterTimers.MaxSeconds, out seconds);
    }
}
