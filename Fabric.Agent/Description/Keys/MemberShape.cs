using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a member of a pool.</summary>
internal static class MemberShape
{
    /// <summary>Its address.</summary>
    public static Key<ScalarForm<IpAddress>> Address { get; } =
        new("to", Forms.Address, "Its address, in a subnet of a port of the router or behind a route other than the default route.")
        {
            IsRequired = true,
        };

    /// <summary>Its port.</summary>
    public static Key<ScalarForm<int>> Port { get; } =
        new("to-port", Forms.Integer("port from 1 to 65535", 1, 65535, "8080"), "The port that it listens at.")
        {
            Default = "the port is kept",
        };

    /// <summary>Its share.</summary>
    public static Key<ScalarForm<int>> Weight { get; } =
        new(
            "weight",
            Forms.Integer($"number from 1 to {PoolMember.MaxWeight}", 1, PoolMember.MaxWeight, "2"),
            "Its share of the connections beside the weights of the others."
        )
        {
            Default = "1",
        };

    /// <summary>Whether it takes connections.</summary>
    public static Key<ScalarForm<PoolMemberState>> State { get; } =
        new(
            "state",
            Forms.Words(
                "state of a member",
                ("up", PoolMemberState.Up),
                ("draining", PoolMemberState.Draining),
                ("down", PoolMemberState.Down)
            ),
            "draining keeps the connections that it has and gives it no new ones; down ends them, and clients come to another member."
        )
        {
            Default = "up",
        };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } = new("pool-member", "One station of a pool.", Address, Port, Weight, State);
}
