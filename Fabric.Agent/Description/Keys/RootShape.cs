using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a whole file.</summary>
internal static class RootShape
{
    /// <summary>The version of the format.</summary>
    public static Key<ScalarForm<bool>> Version { get; } =
        new("fabric", Forms.Words("version", ("v1", true)), "The version of the format.")
        {
            IsRequired = true,
            Missing = DescriptionErrors.Version,
        };

    /// <summary>Machines.</summary>
    public static Key<ShapeForm> Hosts { get; } =
        new("hosts", new(HostShape.Shape, Gathering.ByName, "hosts"), "The machines that run an agent.");

    /// <summary>Tenants.</summary>
    public static Key<ShapeForm> Tenants { get; } =
        new(
            "tenants",
            new(TenantShape.Shape, Gathering.ByName, "tenants"),
            "The networks by owner. A name is unique within its tenant and kind, and refers to devices of the same tenant."
        );

    /// <summary>Assertions.</summary>
    public static Key<ShapeForm> Expect { get; } =
        new("expect", new(ExpectShape.Shape, Gathering.List, "expectations"), "Assertions about packets, run by `fabric validate`.");

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("file", "A whole file.", Version, Hosts, Tenants, Expect);
}
