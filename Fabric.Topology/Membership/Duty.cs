using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>Something that is to be done by one of the members.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Subject">The device that it is about.</param>
public readonly record struct Duty(DutyKind Kind, DeviceRef Subject);
