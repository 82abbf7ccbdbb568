using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a router.</summary>
internal static class RouterShape
{
    /// <summary>Its ports.</summary>
    public static Key<ShapeForm> Ports { get; } =
        new(
            "ports",
            new(RouterPortShape.Shape, Gathering.ByName, "router ports"),
            "Its ports; their subnets are routes without being listed."
        );

    /// <summary>Its routes.</summary>
    public static Key<ShapeForm> Routes { get; } = new("routes", new(RouteShape.Shape, Gathering.ByName, "routes"), "Its routes by name.");

    /// <summary>Its address translation.</summary>
    public static Key<ShapeForm> Nat { get; } =
        new("nat", new(NatShape.Shape, Gathering.ByName, "NAT rules"), "Its rules of address translation by name.");

    /// <summary>Its pools.</summary>
    public static Key<ShapeForm> Pools { get; } =
        new("pools", new(PoolShape.Shape, Gathering.ByName, "pools"), "The pools by name whose members its balancers choose.");

    /// <summary>Its balancers.</summary>
    public static Key<ShapeForm> Balancers { get; } =
        new("balancers", new(BalancerShape.Shape, Gathering.ByName, "balancers"), "Its balancers by name.");

    /// <summary>Its timers.</summary>
    public static Key<ShapeForm> Timers { get; } =
        new("timers", new(TimersShape.Shape, Gathering.One, ""), "How long its connections are remembered after their last packet.");

    /// <summary>Wanted up or down.</summary>
    public static Key<ScalarForm<bool>> Admin { get; } =
        new("admin", Forms.Admin, "A router that is down answers that communication is prohibited.") { Default = "up" };

    /// <summary>Chain for what enters.</summary>
    public static Key<ScalarForm<string>> Inbound { get; } =
        new("inbound", Forms.Reference(DeviceKind.Chain), "Rules for packets before routing.");

    /// <summary>Chain for what leaves.</summary>
    public static Key<ScalarForm<string>> Outbound { get; } =
        new("outbound", Forms.Reference(DeviceKind.Chain), "Rules for packets after routing.");

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new("router", "A virtual router for IPv4 and IPv6.", Ports, Routes, Nat, Pools, Balancers, Timers, Admin, Inbound, Outbound);
}
