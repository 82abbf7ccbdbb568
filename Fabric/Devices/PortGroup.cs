namespace Fabric.Devices;

/// <summary>A named group of ports that rules match on; ports name the groups that they are in.</summary>
public sealed record PortGroup : Device
{
    /// <summary>Its id.</summary>
    public required PortGroupId Id { get; init; }

    /// <summary>The members can see packets of the same connections (redundant uplinks), so connection state goes to all their hosts.</summary>
    public bool IsStateful { get; init; }

    /// <inheritdoc/>
    public override DeviceRef Ref => Id;

    /// <inheritdoc/>
    public override IEnumerable<DeviceRef> References => [];
}
