using System.Collections.Immutable;
using Fabric.Devices;

namespace Fabric.Topology.Membership;

/// <summary>Tells up to where every host has followed that may still send packets by what it knows.</summary>
public static class MemberHorizon
{
    /// <summary>The least position in force at any host of the description; 0 if of one nothing is known. A host that has left is not in it.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="members">The members.</param>
    /// <remarks>An agent that does not answer counts with what it said last: its datapath goes on by that.</remarks>
    public static long PositionOf(TopologySnapshot topology, ImmutableArray<Member> members)
    {
        var inForce = members.ToDictionary(member => member.Host, member => Math.Min(member.Position, member.InForce));
        return topology.Hosts.Keys.Select(host => inForce.GetValueOrDefault(host)).DefaultIfEmpty(0).Min();
    }
}
