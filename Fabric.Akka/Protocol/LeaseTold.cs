using Fabric.Topology.Membership;

namespace Fabric.Akka.Protocol;

/// <summary>An agent tells all others who it is; that it lives is for the cluster to say.</summary>
/// <param name="Node">Its address in the cluster.</param>
/// <param name="Uid">The number of its actor system at that address.</param>
/// <param name="Lease">What is known of it.</param>
internal sealed record LeaseTold(string Node, int Uid, Lease Lease);
