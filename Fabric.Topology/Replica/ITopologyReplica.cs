using Fabric.Devices;

namespace Fabric.Topology.Replica;

/// <summary>This process's copy of the description of the network, always whole and at one position.</summary>
/// <remarks>Any thread.</remarks>
public interface ITopologyReplica
{
    /// <summary>The newest snapshot. Take it once for a piece of work and hold it to the end: the next read may tell another.</summary>
    TopologySnapshot Topology { get; }

    /// <summary>The newest snapshot with its place in the journal.</summary>
    ReplicaState State { get; }

    /// <summary>The position up to which every subscriber has been told the tags: at most that of <see cref="Topology"/>.</summary>
    long ToldPosition { get; }

    /// <summary>Adds a subscriber for the tags of all snapshots that are published from now on.</summary>
    /// <remarks>A snapshot read after this returns holds every change whose tags the subscriber was not given.</remarks>
    /// <returns>Dispose it to leave; a call that runs at that moment still ends.</returns>
    IDisposable Subscribe(IReplicaSubscriber subscriber);
}
