using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a bridge.</summary>
internal static class BridgeShape
{
    /// <summary>Shorthand for a link to a router: the addresses.</summary>
    public static Key<ListForm<InterfaceAddress>> Subnet { get; } =
        new(
            "subnet",
            new(Forms.InterfaceAddress),
            "Shorthand, with `router`: the subnets on this bridge. The router gets the address that is written, or the first of the subnet if the rest of it is zero."
        );

    /// <summary>Shorthand for a link to a router: which.</summary>
    public static Key<ScalarForm<string>> Router { get; } =
        new(
            "router",
            Forms.Reference(DeviceKind.Router),
            "Shorthand, with `subnet`: links the bridge B to the router R by the ports B.R of the bridge and R.B of the router."
        );

    /// <summary>Wanted up or down.</summary>
    public static Key<ScalarForm<bool>> Admin { get; } =
        new("admin", Forms.Admin, "A bridge that is down drops silently.") { Default = "up" };

    /// <summary>Chain for what enters.</summary>
    public static Key<ScalarForm<string>> Inbound { get; } =
        new("inbound", Forms.Reference(DeviceKind.Chain), "Rules for untagged packets that enter the bridge, after the port's own.");

    /// <summary>Chain for what leaves.</summary>
    public static Key<ScalarForm<string>> Outbound { get; } =
        new("outbound", Forms.Reference(DeviceKind.Chain), "Rules for untagged packets that leave the bridge, before the port's own.");

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("bridge", "A virtual switch.", Subnet, Router, Admin, Inbound, Outbound);
}
