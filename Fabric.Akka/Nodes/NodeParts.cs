using System.Collections.Concurrent;
using Fabric.Devices;
using Fabric.Topology.Feed;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;
using Fabric.Topology.Replica;

namespace Fabric.Akka.Nodes;

/// <summary>What the actors of a node work with; outlives any actor system, of which a node may have many, one after another.</summary>
internal sealed class NodeParts
{
    internal required HiveOptions Options { get; init; }

    internal required SqlJournal Journal { get; init; }

    internal required TopologyReplica Replica { get; init; }

    internal required FeedActor Feed { get; init; }

    internal required HiveHealth Health { get; init; }

    internal required SnapshotActor Snapshots { get; init; }

    /// <summary>What all members read.</summary>
    internal required Func<LowestLevel> Readers { get; init; }

    /// <summary>Which freed keys may be given again now.</summary>
    internal required Func<KeyHorizon> Horizon { get; init; }

    /// <summary>Who the others are; null in a hive without a list of members.</summary>
    internal required NodeLeases? Leases { get; init; }

    /// <summary>Cancelled when the hive is closed.</summary>
    internal required CancellationToken Stopping { get; init; }

    /// <summary>The actors of devices that live here.</summary>
    internal ConcurrentDictionary<DeviceRef, DeviceActorView> Devices { get; } = [];

    /// <summary>The writer lives here, and is at the head.</summary>
    internal bool IsWriter { get; set; }
}
