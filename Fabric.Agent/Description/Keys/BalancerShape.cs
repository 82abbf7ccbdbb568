using Fabric.Addresses;
using Fabric.Devices;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of a balancer.</summary>
internal static class BalancerShape
{
    /// <summary>Address that clients speak to.</summary>
    public static Key<ScalarForm<IpAddress>> Address { get; } =
        new("vip", Forms.Address, "The address that clients speak to; no port of the router has it.") { IsRequired = true };

    /// <summary>Ports that clients speak to.</summary>
    public static Key<ScalarForm<PortRange>> Ports { get; } =
        new("ports", RuleForms.PortRange, "The ports that clients speak to.") { IsRequired = true };

    /// <summary>Protocol.</summary>
    public static Key<ScalarForm<byte>> Protocol { get; } = new("proto", RuleForms.Protocol, "tcp or udp.") { Default = "both" };

    /// <summary>Who serves.</summary>
    public static Key<ScalarForm<string>> Pool { get; } =
        new("pool", Forms.Name, "The pool of the same router whose members serve.") { IsRequired = true };

    /// <summary>How long a client stays.</summary>
    public static Key<ScalarForm<int>> Persist { get; } =
        new(
            "persist",
            Forms.Integer("seconds from 1 to 65535", 1, ushort.MaxValue, "600"),
            "So long after its last packet a client's new connections come to the member that it was at."
        )
        {
            Default = "every connection is chosen for by itself",
        };

    /// <summary>One member for several ports.</summary>
    public static Key<ScalarForm<bool>> AcrossPorts { get; } =
        new(
            "persist-across-ports",
            Forms.Bool,
            "With `persist`: the client stays for all ports of the address, also those of other balancers with the same `persist` that say so."
        )
        {
            Default = "false",
        };

    /// <summary>All keys.</summary>
    public static Shape Shape { get; } =
        new(
            "balancer",
            "An address and ports of a router behind which the members of a pool stand.",
            Address,
            Ports,
            Protocol,
            Pool,
            Persist,
            AcrossPorts
        );
}
