using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Membership;

/// <summary>The list of members that lies beside the journal, one lease a host.</summary>
/// <remarks>Any thread, several at a time. All throw <see cref="JournalException"/> when the database is away.</remarks>
public interface ILeases
{
    /// <summary>Enters a lease or renews it.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="replaced">An incarnation that certainly lives no more, and whose lease is replaced however fresh it is; 0 for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when done; else the fresh lease of another incarnation, which stays.</returns>
    ValueTask<LeaseRow?> RenewAsync(Lease lease, ulong replaced, CancellationToken cancellation);

    /// <summary>Gives a lease back, unless another incarnation has it.</summary>
    ValueTask ReleaseAsync(HostId host, ulong incarnation, CancellationToken cancellation);

    /// <summary>All leases, in the order of their hosts.</summary>
    ValueTask<ImmutableArray<LeaseRow>> ReadLeasesAsync(CancellationToken cancellation);
}
