using Fabric.Devices;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Replica;

/// <summary>The network as packets are decided by: the description and the learned facts, each as one value that can be held.</summary>
/// <remarks>
/// Any thread may read. Whoever writes publishes first and posts the touched tags after, never the other way round: a flow that was decided
/// from the old value is then still there to be found by the tags.
/// </remarks>
public sealed class NetworkView(ITopologyReplica replica)
{
    private LearnedSnapshot _learned = LearnedSnapshot.Empty;

    /// <summary>The host at which packets are decided; none, where there are no others.</summary>
    public HostId Self { get; init; }

    /// <summary>The description as of the last entry applied.</summary>
    public TopologySnapshot Topology => replica.Topology;

    /// <summary>The learned facts; set by the upcall thread only.</summary>
    public LearnedSnapshot Learned
    {
        get => Volatile.Read(ref _learned);
        set => Volatile.Write(ref _learned, value);
    }
}
