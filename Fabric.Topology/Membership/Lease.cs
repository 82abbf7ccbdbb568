using Fabric.Devices;
using Fabric.Protocol;
using Fabric.Topology.Hive;

namespace Fabric.Topology.Membership;

/// <summary>A node's row in the journal's list of members.</summary>
/// <param name="Host">Its host; one row each.</param>
/// <param name="Name">What the host is called.</param>
/// <param name="Incarnation">A random number of the agent's start.</param>
/// <param name="Holder">Where the agent runs.</param>
/// <param name="Roles">The duties it takes a share of.</param>
/// <param name="Level">What it reads.</param>
/// <param name="Position">The position that its packets were decided by.</param>
public sealed record Lease(HostId Host, string Name, ulong Incarnation, LeaseHolder Holder, MemberRoles Roles, int Level, long Position)
{
    /// <summary>How often an agent renews it.</summary>
    public static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long it is good for: two renewals may fail.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(15);

    /// <summary>The lease of a node that is to have one.</summary>
    /// <param name="options">The node.</param>
    /// <param name="position">The position that its replica has reached.</param>
    internal static Lease Of(HiveOptions options, long position)
    {
        var (self, inForce) = (options.Self, options.InForce?.Position ?? position);
        return new Lease(self.Host, self.Name, options.Incarnation, options.Holder!, self.Roles, CodecLevel.Current, inForce);
    }
}
