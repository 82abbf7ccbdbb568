using Fabric.Devices;

namespace Fabric.Connections;

/// <summary>Where a direction of a connection is looked up.</summary>
/// <param name="Device">The device.</param>
/// <param name="IsTranslated">It is what the device translates.</param>
/// <param name="IsCrossed">The direction is of IPv4, and the other one of its connection of IPv6, among which both are kept.</param>
internal readonly record struct ConnectionZone(DeviceRef Device, bool IsTranslated, bool IsCrossed);
