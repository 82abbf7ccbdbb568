namespace Fabric.Topology.Membership;

/// <summary>Where an agent runs, as far as it tells whether the one that had the lease before may still live.</summary>
/// <param name="Place">
/// Names a folder that is locked by one process at a time, and is this agent's: whoever had a lease with the same place on the same machine has
/// ended. 1..100 characters.
/// </param>
/// <param name="Boot">Names the machine from its last start to its next; 1..100 characters.</param>
public sealed record LeaseHolder(string Place, string Boot);
