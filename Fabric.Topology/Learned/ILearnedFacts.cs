using Fabric.Devices;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Learned;

/// <summary>What the network has learned, at this node: its own facts at once, those of others as they arrive.</summary>
/// <remarks>Any thread; nothing here waits, so packet threads may call it.</remarks>
public interface ILearnedFacts
{
    /// <summary>The facts that hold. Take it once for a piece of work and hold it to the end.</summary>
    LearnedSnapshot Current { get; }

    /// <summary>Tells a fact that this host has learned; it takes effect here soon and at other hosts a little later.</summary>
    /// <param name="fact">The fact. One that holds already is renewed, and nobody else is told.</param>
    /// <param name="lifetime">How long it holds, unless it is told again.</param>
    /// <returns>False if too many wait; the fact is lost, and counted, and the next packet will tell it again.</returns>
    bool TryPublish(LearnedFact fact, TimeSpan lifetime);

    /// <summary>Takes a fact of another host. One that is older than what is known changes nothing.</summary>
    /// <returns>False if too many wait.</returns>
    bool TryMerge(StampedFact fact);

    /// <summary>Adds a subscriber for the tags of all changes from now on; first the snapshot is published, then the tags are posted.</summary>
    IDisposable Subscribe(IReplicaSubscriber subscriber);

    /// <summary>Adds a listener for the facts of this host that others have to be told; called in order, one at a time; must not block.</summary>
    IDisposable Forward(Action<StampedFact> listener);
}
