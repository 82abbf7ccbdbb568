using Fabric.Addresses;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a host.</summary>
internal static class HostShape
{
    /// <summary>Tunnel endpoints.</summary>
    public static Key<ListForm<IpAddress>> Underlay { get; } =
        new("underlay", new(Forms.Address), "Its addresses on the underlay, where tunnels end; the preferred first.");

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("host", "A machine that runs an agent.", Underlay);
}
