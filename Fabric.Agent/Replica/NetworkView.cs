using Fabric.Devices;
using Fabric.Topology.Learned;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Replica;

/// <summary>The network as packets are decided by: the description and the learned facts, each as one value that can be held.</summary>
/// <remarks>
/// Any thread. Both publish a change first and post the tags that it touches after, never the other way round: a flow that was decided
/// from the old value is then still there to be found by the tags.
/// </remarks>
/// <param name="replica">Where the description is.</param>
/// <param name="facts">Where the learned facts are, and what learns them.</param>
public sealed class NetworkView(ITopologyReplica replica, LearnedTable facts)
{
    /// <summary>The network of a host that no other tells what it learns.</summary>
    public NetworkView(ITopologyReplica replica, TimeProvider clock)
        : this(replica, new LearnedTable(default, replica, clock)) { }

    /// <summary>The host at which packets are decided; none, where there are no others.</summary>
    public HostId Self { get; init; }

    /// <summary>The description as of the last entry applied.</summary>
    public TopologySnapshot Topology => replica.Topology;

    /// <summary>The learned facts as of the last change.</summary>
    public LearnedSnapshot Learned => facts.Current;

    /// <summary>What learns.</summary>
    public LearnedTable Facts => facts;
}
