using Fabric.Addresses;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a tenant.</summary>
internal static class TenantShape
{
    /// <summary>Bridges.</summary>
    public static Key<ShapeForm> Bridges { get; } =
        new("bridges", new(BridgeShape.Shape, Gathering.ByName, "bridges"), "Virtual switches.");

    /// <summary>Routers.</summary>
    public static Key<ShapeForm> Routers { get; } =
        new("routers", new(RouterShape.Shape, Gathering.ByName, "routers"), "Virtual routers, with their ports and routes.");

    /// <summary>Ports of bridges.</summary>
    public static Key<ShapeForm> Ports { get; } =
        new(
            "ports",
            new(PortShape.Shape, Gathering.ByName, "ports"),
            "Ports of bridges. Ports of routers stand with their router, but share the names: no two ports of a tenant have one name."
        );

    /// <summary>Chains.</summary>
    public static Key<ShapeForm> Chains { get; } =
        new(
            "chains",
            new(RuleShape.Shape, Gathering.ListsByName, "rules"),
            "Lists of rules, tried in order. A packet that reaches the end of a chain is accepted."
        );

    /// <summary>Address sets.</summary>
    public static Key<AddressSetsForm> Sets { get; } =
        new("sets", new AddressSetsForm(), "Sets of prefixes of either version, for rules. Order does not matter.");

    /// <summary>Port groups.</summary>
    public static Key<ShapeForm> Groups { get; } =
        new(
            "groups",
            new(GroupShape.Shape, Gathering.ByName, "groups"),
            "Groups of ports, for rules; ports name the groups that they are in."
        );

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("tenant", "The devices of one owner.", Bridges, Routers, Ports, Chains, Sets, Groups);
}
