using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a route.</summary>
internal static class RouteShape
{
    /// <summary>Destinations.</summary>
    public static Key<ScalarForm<IpPrefix>> To { get; } =
        new("to", Forms.Prefix, "The destinations that it is for; 0.0.0.0/0 or ::/0 for all.") { IsRequired = true };

    /// <summary>Sources.</summary>
    public static Key<ScalarForm<IpPrefix>> From { get; } =
        new("from", Forms.Prefix, "The sources that it is for, of the same version.") { Default = "all" };

    /// <summary>Gateway.</summary>
    public static Key<ScalarForm<IpAddress>> Via { get; } =
        new("via", Forms.Address, "The next hop, of the same version; left out when destinations are attached to the link of the port.");

    /// <summary>Port to leave by.</summary>
    public static Key<ScalarForm<string>> Port { get; } =
        new("port", Forms.Reference(DeviceKind.Port), "The port of the router to leave by, for kind forward.")
        {
            Default = "the port whose subnet holds `via`",
        };

    /// <summary>What it does.</summary>
    public static Key<ScalarForm<RouteKind>> Kind { get; } =
        new(
            "kind",
            Forms.Words("kind of route", ("forward", RouteKind.Forward), ("blackhole", RouteKind.Blackhole), ("reject", RouteKind.Reject)),
            "forward sends on, blackhole drops silently, reject drops and tells the source."
        )
        {
            Default = "forward",
        };

    /// <summary>Preference.</summary>
    public static Key<ScalarForm<int>> Metric { get; } =
        new("metric", Forms.Integer("number", 0, int.MaxValue, "100"), "Among routes of one destination the lowest wins.")
        {
            Default = "100",
        };

    /// <summary>Share.</summary>
    public static Key<ScalarForm<int>> Weight { get; } =
        new("weight", Forms.Integer("number", 1, 65535, "1"), "Share of the connections among routes of one destination and metric.")
        {
            Default = "1",
        };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("route", "One route of a router.", To, From, Via, Port, Kind, Metric, Weight);
}
