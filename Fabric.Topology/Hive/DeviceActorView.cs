using Fabric.Devices;

namespace Fabric.Topology.Hive;

/// <summary>The actor of a device, as far as one can see it.</summary>
/// <param name="Device">The device.</param>
/// <param name="Node">The host whose process it lives in.</param>
/// <param name="Shard">The group of actors that it moves with from node to node; null in a hive whose actors never move.</param>
/// <param name="Waiting">How many commands wait for it or are with it.</param>
public sealed record DeviceActorView(DeviceRef Device, string Node, string? Shard, int Waiting);
