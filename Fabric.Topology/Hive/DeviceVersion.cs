using Fabric.Devices;

namespace Fabric.Topology.Hive;

/// <summary>The version that a change has left a device at.</summary>
/// <param name="Device">The device.</param>
/// <param name="Version">Its version after the change; 0 when the change deleted it.</param>
public readonly record struct DeviceVersion(DeviceRef Device, long Version);
