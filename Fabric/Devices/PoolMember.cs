using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>One station of a pool.</summary>
public sealed record PoolMember
{
    /// <summary>The greatest weight.</summary>
    public const int MaxWeight = 1000;

    /// <summary>Its name, unique in the pool.</summary>
    public required string Name { get; init; }

    /// <summary>Its address.</summary>
    public required IpAddress Address { get; init; }

    /// <summary>The port that it listens at; null for the port that the client names.</summary>
    public ushort? Port { get; init; }

    /// <summary>Its share beside the others' weights; 1 to <see cref="MaxWeight"/>.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether it takes connections.</summary>
    public PoolMemberState State { get; init; }
}
