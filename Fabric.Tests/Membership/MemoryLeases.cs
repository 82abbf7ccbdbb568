using System.Collections.Immutable;
using Fabric.Devices;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;

namespace Fabric.Tests.Membership;

/// <summary>The list of members in memory, by a clock of its own, which can be away.</summary>
internal sealed class MemoryLeases(TimeProvider time) : ILeases
{
    private readonly SortedDictionary<ulong, (Lease Lease, long Renewed, bool IsReleased)> _rows = [];

    public bool IsAway { get; set; }

    public ValueTask<LeaseRow?> RenewAsync(Lease lease, ulong replaced, CancellationToken cancellation)
    {
        Check();
        if (
            _rows.ContainsKey(lease.Host.Value)
            && RowOf(lease.Host.Value) is { IsFresh: true } other
            && other.Lease.Incarnation != lease.Incarnation
            && other.Lease.Incarnation != replaced
        )
            return new ValueTask<LeaseRow?>(other);
        _rows[lease.Host.Value] = (lease, time.GetTimestamp(), false);
        return new ValueTask<LeaseRow?>((LeaseRow?)null);
    }

    public ValueTask ReleaseAsync(HostId host, ulong incarnation, CancellationToken cancellation)
    {
        Check();
        if (_rows.TryGetValue(host.Value, out var row) && row.Lease.Incarnation == incarnation)
            _rows[host.Value] = row with { IsReleased = true };
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<LeaseRow>> ReadLeasesAsync(CancellationToken cancellation)
    {
        Check();
        return new ValueTask<ImmutableArray<LeaseRow>>([.. _rows.Keys.Select(RowOf)]);
    }

    private LeaseRow RowOf(ulong host)
    {
        var (lease, renewed, isReleased) = _rows[host];
        return new LeaseRow(lease, time.GetElapsedTime(renewed), isReleased);
    }

    private void Check()
    {
        if (IsAway)
            throw new JournalException(JournalFailure.Away, "away");
    }
}
