using System.Security.Cryptography;
using Fabric.Devices;
using Fabric.Tests.Journal;
using Fabric.Topology.Feed;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Tests.World;

/// <summary>The description at every position, made of nothing but what the database holds.</summary>
internal sealed class WorldTruth(MemoryDisk disk)
{
    private readonly TopologyReplica _replica = new(ReplicaState.Start);
    private readonly List<string> _hashes = [HashOf(TopologySnapshot.Empty)];

    /// <summary>The description at the head.</summary>
    public TopologySnapshot Topology
    {
        get
        {
            GoOn();
            return _replica.Topology;
        }
    }

    /// <summary>The hash of the description at a position.</summary>
    public string At(long position)
    {
        GoOn();
        return _hashes[(int)position];
    }

    /// <summary>A hash over all that a description holds.</summary>
    public static string HashOf(TopologySnapshot topology) => Convert.ToHexString(SHA256.HashData(SnapshotPayload.Encode(topology).Span));

    private void GoOn()
    {
        foreach (var stored in disk.Entries.Skip((int)_replica.State.Head.Position))
        {
            _replica.Apply([new FeedItem.Stored(stored.Open(), stored.Hash)]);
            _hashes.Add(HashOf(_replica.Topology));
        }
    }
}
