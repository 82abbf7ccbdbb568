using Fabric.Devices;

namespace Fabric.Changes;

/// <summary>A device at a version: that which a change has left it at, or was made against.</summary>
/// <param name="Device">The device.</param>
/// <param name="Version">Its version; 0 for one that does not exist.</param>
public readonly record struct DeviceVersion(DeviceRef Device, long Version);
