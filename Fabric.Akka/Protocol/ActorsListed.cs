using System.Collections.Immutable;
using Fabric.Topology.Hive;

namespace Fabric.Akka.Protocol;

/// <summary>The actors of devices that a node has.</summary>
/// <param name="Node">The name of its host.</param>
/// <param name="IsWriter">The writer is there too.</param>
/// <param name="Devices">The actors, in no order.</param>
internal sealed record ActorsListed(string Node, bool IsWriter, ImmutableArray<DeviceActorView> Devices);
