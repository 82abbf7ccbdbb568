using System.Collections.Immutable;
using Fabric.Addresses;

namespace Fabric.Devices;

/// <summary>A named set of IP prefixes that rules match on.</summary>
public sealed record AddressSet : Device
{
    private AddressSetIndex? _index;

    /// <summary>Its id.</summary>
    public required AddressSetId Id { get; init; }

    /// <summary>The members, of either version.</summary>
    public ImmutableSortedSet<IpPrefix> Members { get; init; } = [];

    /// <summary>The members to look addresses up in; made when first asked for.</summary>
    internal AddressSetIndex Index
    {
        get
        {
            // A copy of a set may carry the index of other members with it. Threads that race here make the same.
            var cached = _index;
            if (cached is null || !ReferenceEquals(cached.Members, Members))
                _index = cached = new AddressSetIndex(Members);
            return cached;
        }
    }

    /// <inheritdoc/>
    public override DeviceRef Ref => Id;

    /// <inheritdoc/>
    public override IEnumerable<DeviceRef> References => [];

    /// <inheritdoc/>
    public bool Equals(AddressSet? other) =>
        other is not null && (Name, Version, Id) == (other.Name, other.Version, other.Id) && Members.SetEquals(other.Members);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version);
}
