namespace Fabric.Bench.Kernel;

/// <summary>A guest: its cable, its own station, and a second station that only raw frames speak for.</summary>
/// <param name="Port">The near end of its cable, in the middle.</param>
/// <param name="Mac">Of the guest's kernel.</param>
/// <param name="Address">Of the guest's kernel.</param>
/// <param name="StationMac">Nobody's in the guest, so its kernel drops what arrives for it before it looks any further.</param>
/// <param name="StationAddress">Behind the gateways.</param>
/// <param name="Gateways">Two next hops to <paramref name="StationPrefix"/>, both this station: a router that knows them has a choice.</param>
/// <param name="StationPrefix">The subnet behind the gateways.</param>
internal sealed record GuestPlan(
    string Port,
    string Mac,
    string Address,
    string StationMac,
    string StationAddress,
    IReadOnlyList<string> Gateways,
    string StationPrefix
)
{
    /// <summary>Sends the load.</summary>
    public static GuestPlan Left { get; } =
        new("left", "02:00:00:00:00:0a", "10.0.1.1", "02:00:00:00:01:0a", "10.8.0.1", ["10.0.1.11", "10.0.1.12"], "10.8.0.0/16");

    /// <summary>Receives the load.</summary>
    public static GuestPlan Right { get; } =
        new("right", "02:00:00:00:00:0b", "10.0.2.1", "02:00:00:00:01:0b", "10.9.0.1", ["10.0.2.11", "10.0.2.12"], "10.9.0.0/16");

    /// <summary>A neighbor of the left guest, who suffers or does not from what that one does.</summary>
    public static GuestPlan Other { get; } =
        new("other", "02:00:00:00:00:0c", "10.0.1.2", "02:00:00:00:01:0c", "10.6.0.1", ["10.0.1.21", "10.0.1.22"], "10.6.0.0/16");

    /// <summary>Whom the neighbor speaks to.</summary>
    public static GuestPlan Far { get; } =
        new("far", "02:00:00:00:00:0d", "10.0.2.2", "02:00:00:00:01:0d", "10.7.0.1", ["10.0.2.21", "10.0.2.22"], "10.7.0.0/16");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GuestPlan> All { get; } = [Left, Right, Other, Far];
}
