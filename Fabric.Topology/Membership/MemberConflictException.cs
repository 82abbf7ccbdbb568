namespace Fabric.Topology.Membership;

/// <summary>Another agent runs as this host.</summary>
/// <remarks>The message is one sentence that names the host, says how long ago the other was there, and what to do.</remarks>
public sealed class MemberConflictException(LeaseRow other) : Exception(Describe(other))
{
    /// <summary>The other's lease.</summary>
    public LeaseRow Other => other;

    private static string Describe(LeaseRow other) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"another agent runs as host {other.Lease.Name}: it renewed its lease {other.Age.TotalSeconds:0} s ago; stop it, or give this agent a name of its own; if it is gone for good, try again in {Math.Max(1, Math.Ceiling((Lease.Term - other.Age).TotalSeconds)):0} s"
        );
}
