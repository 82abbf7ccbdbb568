using Fabric.Addresses;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Views;

/// <summary>By which rule or balancer of a router a connection is translated, and the address that others know it by.</summary>
/// <param name="Rule">The name of the NAT rule or balancer; null if it is there no more, or was never one.</param>
/// <param name="Address">The address outside; null if the connection is not translated.</param>
internal readonly record struct ConnectionOrigin(string? Rule, IpAddress? Address)
{
    /// <summary>Finds both, by the description as it is now: of rules that fit, the one that a packet would meet first.</summary>
    /// <remarks>What is balanced and has the router's address besides is told by its balancer.</remarks>
    public static ConnectionOrigin Of(TopologySnapshot topology, Connection connection)
    {
        var (forward, back) = (connection.Forward, connection.Return);
        if (!forward.IsTranslated || !topology.Routers.TryGetValue(forward.Device.AsRouter, out var router))
            return default;
        foreach (var balancer in router.Balancers.Values)
        {
            if (balancer.Address == forward.Destination && balancer.IsFor(forward.Protocol, forward.DestinationPort))
                return new ConnectionOrigin(balancer.Name, balancer.Address);
        }
        var isRedirected = (back.Source, back.SourcePort) != (forward.Destination, forward.DestinationPort);
        foreach (var rule in router.Nat.Values)
        {
            if (
                rule.Kind is NatKind.Destination
                && isRedirected
                && rule.Outside!.Value.First == forward.Destination
                && rule.IsFor(forward.Protocol, forward.DestinationPort)
            )
                return new ConnectionOrigin(rule.Name, forward.Destination);
        }
        foreach (var rule in router.Nat.Values)
        {
            if (
                rule.Kind is not NatKind.Destination
                && rule.From?.Contains(forward.Source) is not false
                && Gives(topology, rule, back.Destination)
            )
                return new ConnectionOrigin(rule.Name, back.Destination);
        }
        return new ConnectionOrigin(null, isRedirected ? forward.Destination : back.Destination);
    }

    /// <summary>The rule gives sources an address; one without addresses gives those of its port.</summary>
    private static bool Gives(TopologySnapshot topology, NatRule rule, IpAddress address) =>
        rule.Outside is { } outside
            ? outside.Contains(address)
            : rule.Kind == NatKind.Source
                && rule.Port is { } id
                && topology.Ports.TryGetValue(id, out var port)
                && port.Addresses.Any(own => own.Address == address);
}
