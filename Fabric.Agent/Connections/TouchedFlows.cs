using Fabric.Agent.FlowTable;
using Fabric.Agent.Upcalls;
using Fabric.Flows;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Connections;

/// <summary>Where an upcall thread tells that connections have changed: its own flows are marked at once, the others' by their inboxes.</summary>
/// <remarks>At once, so that a flow which is installed for what has just changed is not compared with it.</remarks>
public sealed class TouchedFlows(FlowKeeper own, IReplicaSubscriber? others) : IReplicaSubscriber
{
    /// <summary>The inboxes of the other threads.</summary>
    public IReplicaSubscriber? Others { get; } = others;

    /// <inheritdoc/>
    public void Post(ReadOnlySpan<FlowTag> touched)
    {
        own.Touch(touched);
        Others?.Post(touched);
    }

    /// <inheritdoc/>
    public void PostCompareAll()
    {
        own.TouchAll();
        Others?.PostCompareAll();
    }
}
