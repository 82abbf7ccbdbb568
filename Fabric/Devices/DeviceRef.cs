namespace Fabric.Devices;

/// <summary>Identifies a device of any kind.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Id">The value of its id.</param>
public readonly record struct DeviceRef(DeviceKind Kind, ulong Id)
{
    /// <summary>The bridge of an id.</summary>
    public static implicit operator DeviceRef(BridgeId id) => new(DeviceKind.Bridge, id.Value);

    /// <summary>The router of an id.</summary>
    public static implicit operator DeviceRef(RouterId id) => new(DeviceKind.Router, id.Value);

    /// <summary>The port of an id.</summary>
    public static implicit operator DeviceRef(PortId id) => new(DeviceKind.Port, id.Value);

    /// <summary>The chain of an id.</summary>
    public static implicit operator DeviceRef(ChainId id) => new(DeviceKind.Chain, id.Value);

    /// <summary>The address set of an id.</summary>
    public static implicit operator DeviceRef(AddressSetId id) => new(DeviceKind.AddressSet, id.Value);

    /// <summary>The port group of an id.</summary>
    public static implicit operator DeviceRef(PortGroupId id) => new(DeviceKind.PortGroup, id.Value);

    /// <summary>The host of an id.</summary>
    public static implicit operator DeviceRef(HostId id) => new(DeviceKind.Host, id.Value);

    /// <summary>The bridge that this names; only meaningful for that kind.</summary>
    public BridgeId AsBridge => new(Id);

    /// <summary>The router that this names; only meaningful for that kind.</summary>
    public RouterId AsRouter => new(Id);
}
