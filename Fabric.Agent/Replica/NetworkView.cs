using Fabric.Devices;

namespace Fabric.Agent.Replica;

/// <summary>This node's copy of the network: the description and the learned facts, each as one value that can be held.</summary>
/// <remarks>
/// Any thread may read. A writer publishes first and posts the touched tags after, never the other way round: a flow that was decided from
/// the old value is then still there to be found by the tags.
/// </remarks>
public sealed class NetworkView
{
    private volatile TopologySnapshot topology = TopologySnapshot.Empty;
    private volatile LearnedSnapshot learned = LearnedSnapshot.Empty;

    /// <summary>The description as of the last entry applied.</summary>
    public TopologySnapshot Topology
    {
        get => topology;
        set => topology = value;
    }

    /// <summary>The learned facts.</summary>
    public LearnedSnapshot Learned
    {
        get => learned;
        set => learned = value;
    }
}
