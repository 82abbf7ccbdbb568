using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys that ports of bridges and of routers share.</summary>
internal static class PortKeys
{
    /// <summary>Host that it is bound to.</summary>
    public static Key<ScalarForm<string>> Host { get; } =
        new("host", Forms.Reference(DeviceKind.Host), "The host whose interface is attached; excludes `peer`.");

    /// <summary>Interface that it is bound to.</summary>
    public static Key<ScalarForm<string>> Interface { get; } =
        new("interface", Forms.Interface, "The interface's name on the host.") { Default = "the port's name, with `host`" };

    /// <summary>Port at the other end.</summary>
    public static Key<ScalarForm<string>> Peer { get; } =
        new("peer", Forms.Reference(DeviceKind.Port), "The port at the other end of a link; one end is enough. Excludes `host`.");

    /// <summary>Wanted up or down.</summary>
    public static Key<ScalarForm<bool>> Admin { get; } =
        new("admin", Forms.Admin, "A port that is down passes nothing.") { Default = "up" };

    /// <summary>Chain for what enters.</summary>
    public static Key<ScalarForm<string>> Inbound { get; } =
        new("inbound", Forms.Reference(DeviceKind.Chain), "Rules for packets that enter the device by this port.");

    /// <summary>Chain for what leaves.</summary>
    public static Key<ScalarForm<string>> Outbound { get; } =
        new("outbound", Forms.Reference(DeviceKind.Chain), "Rules for packets that leave the device by this port.");

    /// <summary>Groups that it is in.</summary>
    public static Key<ListForm<string>> Groups { get; } =
        new("groups", new(Forms.Reference(DeviceKind.PortGroup)), "The port groups that it is in.");
}
