using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>A machine that runs an agent and ends tunnels.</summary>
public sealed record Host : Device
{
    /// <summary>Its id.</summary>
    public required HostId Id { get; init; }

    /// <summary>Its tunnel endpoint addresses on the underlay, preferred first; empty for a lab of one host.</summary>
    public ImmutableArray<IpAddress> Underlay { get; init; } = [];

    /// <inheritdoc/>
    public override DeviceRef Ref => Id;

    /// <inheritdoc/>
    public override IEnumerable<DeviceRef> References => [];

    /// <inheritdoc/>
    public bool Equals(Host? other) =>
        other is not null && (Name, Version, Id) == (other.Name, other.Version, other.Id) && Underlay.SequenceEqual(other.Underlay);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version);
}
