using Fabric.Devices;

namespace Fabric.Agent.Description;

/// <summary>Gives a device its id by its kind and name; the same whenever asked for the same.</summary>
public delegate ulong DeviceIdSource(DeviceKind kind, DeviceName name);
