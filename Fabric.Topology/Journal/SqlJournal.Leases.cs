using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Topology.Membership;

namespace Fabric.Topology.Journal;

public sealed partial class SqlJournal
{
    /// <inheritdoc/>
    public async ValueTask<LeaseRow?> RenewAsync(Lease lease, ulong replaced, CancellationToken cancellation)
    {
        var isRenewed = await WriteAsync("renew the lease", session => session.RenewLeaseAsync(lease, replaced), cancellation);
        if (isRenewed)
            return null;
        var rows = await ReadLeasesAsync(cancellation);
        return rows.FirstOrDefault(row => row.Lease.Host == lease.Host);
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(HostId host, ulong incarnation, CancellationToken cancellation) =>
        await WriteAsync(
            "give the lease back",
            async session =>
            {
                await session.ReleaseLeaseAsync(host, incarnation);
                return true;
            },
            cancellation
        );

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<LeaseRow>> ReadLeasesAsync(CancellationToken cancellation)
    {
        await _leasing.WaitAsync(cancellation);
        try
        {
            return await _leaser.DoAsync("read the leases", session => session.ReadLeasesAsync(cancellation), cancellation);
        }
        finally
        {
            _leasing.Release();
        }
    }

    /// <summary>Writes something that stands beside the journal, in a transaction that need not survive the end of the server.</summary>
    internal async ValueTask<T> WriteAsync<T>(string operation, Func<SqlSession, Task<T>> write, CancellationToken cancellation)
    {
        await _leasing.WaitAsync(cancellation);
        try
        {
            return await _leaser.DoAsync(operation, BeginAndWriteAsync, cancellation);
        }
        finally
        {
            await _leaser.RollbackAsync();
            _leasing.Release();
        }

        async Task<T> BeginAndWriteAsync(SqlSession session)
        {
            await session.BeginBriefAsync(cancellation);
            var written = await write(session);
            await session.CommitAsync(operation);
            return written;
        }
    }
}
