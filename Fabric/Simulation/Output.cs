using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>One copy of a packet that leaves the virtual network.</summary>
/// <param name="Port">The exterior port that it leaves by.</param>
/// <param name="Packet">The packet as it leaves, and which bits of it were written on the way.</param>
public readonly record struct Output(PortId Port, ObservedKey.Rewrites Packet)
{
    /// <summary>The packet as it leaves; a field, for a property of this size would be copied at each use.</summary>
    public readonly ObservedKey.Rewrites Packet = Packet;
}
