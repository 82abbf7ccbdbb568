using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a pool's health check.</summary>
internal static class CheckShape
{
    /// <summary>How members are asked.</summary>
    public static Key<ScalarForm<HealthCheckKind>> Kind { get; } =
        new(
            "kind",
            Forms.Words(
                "kind of check",
                ("tcp", HealthCheckKind.Tcp),
                ("http", HealthCheckKind.Http),
                ("https", HealthCheckKind.Https),
                ("udp", HealthCheckKind.Udp)
            ),
            "tcp: the member accepts a connection. http: it answers a GET with a status that is wanted. https: the same over TLS; whose certificate it shows is not looked at. udp: it answers a datagram with any other."
        )
        {
            IsRequired = true,
        };

    /// <summary>The port that is asked.</summary>
    public static Key<ScalarForm<int>> Port { get; } =
        new("port", Forms.Integer("port from 1 to 65535", 1, 65535, "8081"), "The port that is asked, where it is not the one that serves.")
        {
            Default = "the member's `to-port`",
        };

    /// <summary>From one question to the next.</summary>
    public static Key<ScalarForm<int>> Interval { get; } =
        new("interval", CheckForms.Time, "From one question to the next, to each member.") { Default = "2s" };

    /// <summary>How long an answer may take.</summary>
    public static Key<ScalarForm<int>> Timeout { get; } =
        new("timeout", CheckForms.Time, "How long an answer may take; at most the interval.")
        {
            Default = "1s, or the interval if that is less",
        };

    /// <summary>What brings a member up.</summary>
    public static Key<ScalarForm<int>> Rise { get; } =
        new("rise", CheckForms.Count, "So many good answers in a row bring a member up.") { Default = "2" };

    /// <summary>What takes a member down.</summary>
    public static Key<ScalarForm<int>> Fall { get; } =
        new("fall", CheckForms.Count, "So many failures in a row take a member down.") { Default = "3" };

    /// <summary>What is asked for.</summary>
    public static Key<ScalarForm<string>> Path { get; } =
        new("path", CheckForms.Text, "With `http` and `https`: what is asked for.") { Default = "/" };

    /// <summary>Whom it is asked of.</summary>
    public static Key<ScalarForm<string>> Host { get; } =
        new("host", CheckForms.Text, "With `http` and `https`: the name of the host in the request, and in the greeting of TLS.")
        {
            Default = "the member's address",
        };

    /// <summary>What is good.</summary>
    public static Key<ScalarForm<PortRange>> Status { get; } =
        new("status", CheckForms.Status, "With `http` and `https`: the status, or range of them, that is good.") { Default = "200-399" };

    /// <summary>What is sent.</summary>
    public static Key<ScalarForm<string>> Send { get; } =
        new("send", CheckForms.Text, "With `udp`: the text that is sent.") { Default = "an empty datagram" };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new(
            "check",
            "How members of a pool are asked whether they serve, from the router's own address.",
            Kind,
            Port,
            Interval,
            Timeout,
            Rise,
            Fall,
            Path,
            Host,
            Status,
            Send
        );
}
