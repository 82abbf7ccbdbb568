using System.Collections.Immutable;
using Fabric.Flows;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Upcalls;

/// <summary>The inboxes of all upcall threads of a host: what touches one's flows may touch another's.</summary>
public sealed class UpcallInboxes(ImmutableArray<UpcallInbox> inboxes) : IReplicaSubscriber
{
    /// <inheritdoc/>
    public void Post(ReadOnlySpan<FlowTag> touched)
    {
        foreach (var inbox in inboxes)
            inbox.Post(touched);
    }

    /// <inheritdoc/>
    public void PostCompareAll()
    {
        foreach (var inbox in inboxes)
            inbox.PostCompareAll();
    }
}
