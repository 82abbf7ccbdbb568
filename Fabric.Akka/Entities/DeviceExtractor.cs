using Akka.Cluster.Sharding;
using Fabric.Akka.Protocol;

namespace Fabric.Akka.Entities;

/// <summary>Tells which device a message is for, and by a hash that never changes in which shard its actor is.</summary>
internal sealed class DeviceExtractor() : HashCodeMessageExtractor(Shards)
{
    /// <summary>How many shards the actors of a kind are in: about ten for each node of the largest cluster. Fixed for the life of a cluster.</summary>
    internal const int Shards = 128;

    /// <inheritdoc/>
    public override string? EntityId(object message) =>
        message is DeviceCommand { Device: var device } ? $"{device.Kind}-{device.Id}" : null;
}
