using Fabric.Devices;

namespace Fabric.Topology.Learned;

/// <summary>A learned fact as it travels between nodes.</summary>
/// <param name="Fact">The fact.</param>
/// <param name="Owner">Who learned it; it expires with that host's liveness.</param>
/// <param name="Version">
/// One more than the highest that the learner had seen for the same thing; never a clock. Of two facts the one of the higher
/// (version, owner) holds, at every node.
/// </param>
/// <param name="Lifetime">How long it holds from its arrival on, unless it is renewed.</param>
public sealed record StampedFact(LearnedFact Fact, HostId Owner, long Version, TimeSpan Lifetime);
