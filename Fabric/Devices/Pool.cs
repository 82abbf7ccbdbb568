using System.Collections.Immutable;

namespace Fabric.Devices;

/// <summary>Stations of a router that serve the same: balancers choose one for each connection.</summary>
public sealed record Pool
{
    /// <summary>Members that one pool may have.</summary>
    public const int MaxMembers = 4096;

    /// <summary>Its name, unique at the router.</summary>
    public required string Name { get; init; }

    /// <summary>How a member is chosen.</summary>
    public BalancingMethod Method { get; init; }

    /// <summary>Its members by name; without one that takes connections, these are refused.</summary>
    public ImmutableSortedDictionary<string, PoolMember> Members { get; init; } = NoMembers;

    /// <summary>How its members are asked whether they serve; null if nobody asks.</summary>
    public HealthCheck? Check { get; init; }

    /// <summary>How long a member that comes up takes fewer connections than its share, in seconds; only with a check.</summary>
    public ushort SlowStartSeconds { get; init; }

    /// <summary>What was compiled of <see cref="Members"/>, if it was; copies carry it with them, so its user asks whether it is still of these.</summary>
    internal object? Compiled { get; set; }

    /// <summary>No members, in the order of names that they are kept in.</summary>
    public static ImmutableSortedDictionary<string, PoolMember> NoMembers { get; } =
        ImmutableSortedDictionary.Create<string, PoolMember>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool Equals(Pool? other) =>
        other is not null
        && (Name, Method, Check, SlowStartSeconds) == (other.Name, other.Method, other.Check, other.SlowStartSeconds)
        && (ReferenceEquals(Members, other.Members) || Members.SequenceEqual(other.Members));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Method, Members.Count);
}
