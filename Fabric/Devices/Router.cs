using System.Collections.Immutable;

namespace Fabric.Devices;

/// <summary>A virtual router for IPv4 (RFC 1812) and IPv6 (RFC 8200).</summary>
/// <remarks>
/// The subnets of its ports are routes of it without being listed. Routes are kept in the order of their names; the table that
/// lookups use is compiled from them and from the ports.
/// </remarks>
public sealed record Router : Device
{
    /// <summary>Its id.</summary>
    public required RouterId Id { get; init; }

    /// <summary>The operator wants it up; a router that is down answers that communication is prohibited.</summary>
    public bool IsAdminUp { get; init; } = true;

    /// <summary>Rules for packets before routing.</summary>
    public ChainId? InboundChain { get; init; }

    /// <summary>Rules for packets after routing.</summary>
    public ChainId? OutboundChain { get; init; }

    /// <summary>The configured routes by name.</summary>
    public ImmutableSortedDictionary<string, Route> Routes { get; init; } = NoRoutes;

    /// <summary>The rules of address translation by name.</summary>
    public ImmutableSortedDictionary<string, NatRule> Nat { get; init; } = NoNat;

    /// <summary>The pools that balancers choose members of, by name.</summary>
    public ImmutableSortedDictionary<string, Pool> Pools { get; init; } = NoPools;

    /// <summary>The balancers by name.</summary>
    public ImmutableSortedDictionary<string, Balancer> Balancers { get; init; } = NoBalancers;

    /// <summary>How long its connections are remembered.</summary>
    public RouterTimers Timers { get; init; } = RouterTimers.Usual;

    /// <summary>Packets may be translated.</summary>
    public bool Translates => !Nat.IsEmpty || !Balancers.IsEmpty;

    /// <summary>What simulation has compiled of rules and balancers, if it has; copies carry it with them, so its user asks whether it is still of these.</summary>
    internal object? CompiledNat { get; set; }

    /// <summary>No translation, in the order of names that rules are kept in.</summary>
    public static ImmutableSortedDictionary<string, NatRule> NoNat { get; } =
        ImmutableSortedDictionary.Create<string, NatRule>(StringComparer.Ordinal);

    /// <summary>No pools, in the order of names that they are kept in.</summary>
    public static ImmutableSortedDictionary<string, Pool> NoPools { get; } =
        ImmutableSortedDictionary.Create<string, Pool>(StringComparer.Ordinal);

    /// <summary>No balancers, in the order of names that they are kept in.</summary>
    public static ImmutableSortedDictionary<string, Balancer> NoBalancers { get; } =
        ImmutableSortedDictionary.Create<string, Balancer>(StringComparer.Ordinal);

    /// <summary>No routes, in the order of names that routes are kept in.</summary>
    public static ImmutableSortedDictionary<string, Route> NoRoutes { get; } =
        ImmutableSortedDictionary.Create<string, Route>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override DeviceRef Ref => Id;

    /// <inheritdoc/>
    public override IEnumerable<DeviceRef> References
    {
        get
        {
            if (InboundChain is { } inbound)
                yield return inbound;
            if (OutboundChain is { } outbound)
                yield return outbound;
            foreach (var route in Routes.Values)
            {
                if (route.Port is { } port)
                    yield return port;
            }
            foreach (var rule in Nat.Values)
            {
                if (rule.Port is { } port)
                    yield return port;
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(Router? other) =>
        other is not null
        && (Name, Version, Id, IsAdminUp) == (other.Name, other.Version, other.Id, other.IsAdminUp)
        && (InboundChain, OutboundChain) == (other.InboundChain, other.OutboundChain)
        && Timers == other.Timers
        && (ReferenceEquals(Routes, other.Routes) || Routes.SequenceEqual(other.Routes))
        && TranslatesAs(other);

    /// <summary>The same rules, pools and balancers.</summary>
    internal bool TranslatesAs(Router other) =>
        (ReferenceEquals(Nat, other.Nat) || Nat.SequenceEqual(other.Nat))
        && (ReferenceEquals(Pools, other.Pools) || Pools.SequenceEqual(other.Pools))
        && (ReferenceEquals(Balancers, other.Balancers) || Balancers.SequenceEqual(other.Balancers));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version);
}
