using System.Collections.Immutable;

namespace Fabric.Devices;

/// <summary>A named list of rules, tried in order; a packet that reaches its end is accepted.</summary>
public sealed record Chain : Device
{
    /// <summary>Its id.</summary>
    public required ChainId Id { get; init; }

    /// <summary>The rules in order.</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];

    /// <summary>Some rule asks what a packet is to its connection.</summary>
    public bool AsksConnections => Rules.Any(rule => rule.Match.AsksConnections);

    /// <summary>What simulation has compiled of the rules, if it has; copies carry it with them, so its user asks whether it is still of these rules.</summary>
    internal object? Compiled { get; set; }

    /// <inheritdoc/>
    public override DeviceRef Ref => Id;

    /// <inheritdoc/>
    public override IEnumerable<DeviceRef> References => Rules.SelectMany(rule => rule.References);

    /// <inheritdoc/>
    public bool Equals(Chain? other) =>
        other is not null && (Name, Version, Id) == (other.Name, other.Version, other.Id) && Rules.SequenceEqual(other.Rules);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version);
}
