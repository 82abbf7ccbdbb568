using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a pool.</summary>
internal static class PoolShape
{
    /// <summary>How a member is chosen.</summary>
    public static Key<ScalarForm<BalancingMethod>> Method { get; } =
        new(
            "method",
            Forms.Words(
                "method",
                ("maglev", BalancingMethod.Maglev),
                ("source", BalancingMethod.Source),
                ("least-connections", BalancingMethod.LeastConnections)
            ),
            "How a new connection finds its member: by a consistent hash of its addresses and ports, by that of the client's address alone, or where there are fewest connections."
        )
        {
            Default = "maglev",
        };

    /// <summary>Its members.</summary>
    public static Key<ShapeForm> Members { get; } =
        new("members", new(MemberShape.Shape, Gathering.ByName, "pool members"), "Its members by name, all of one IP version.");

    /// <summary>How members are asked whether they serve.</summary>
    public static Key<ShapeForm> Check { get; } =
        new(
            "check",
            new(CheckShape.Shape, Gathering.One, ""),
            "How members are asked whether they serve; who does not is taken for down. Members that nobody has asked yet are up."
        )
        {
            Default = "nobody asks",
        };

    /// <summary>How members come up.</summary>
    public static Key<ScalarForm<int>> SlowStart { get; } =
        new(
            "slow-start",
            CheckForms.Seconds,
            "With `check`: so long a member that comes up takes fewer new connections than its share, a tenth of it at first and a tenth more with each tenth of the time."
        )
        {
            Default = "all at once",
        };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new("pool", "Stations that serve the same, of which balancers choose.", Method, Members, Check, SlowStart);
}
