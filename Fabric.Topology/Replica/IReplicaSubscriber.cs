using Fabric.Flows;

namespace Fabric.Topology.Replica;

/// <summary>Is told which dependencies of flows a newly published snapshot touches: an upcall thread's inbox.</summary>
/// <remarks>
/// Called by the replica's one writer, after the snapshot was published: whoever compares a flow on account of a tag sees a snapshot in
/// which the change is. Must neither block nor throw; an inbox that is full turns itself into one mark to compare all.
/// </remarks>
public interface IReplicaSubscriber
{
    /// <summary>Flows that depend on any of these tags may be stale.</summary>
    /// <param name="tags">Only good until the call returns; tags may repeat.</param>
    void Post(ReadOnlySpan<FlowTag> tags);

    /// <summary>Any flow may be stale.</summary>
    void PostCompareAll();
}
