using Fabric.Topology.Actors;
using Fabric.Topology.Journal;

namespace Fabric.Topology.Membership;

/// <summary>Renews this node's lease and reads those of all, every five seconds, or every second while it fails; apart from all else, since a database may take long to fail.</summary>
internal sealed class LeaseLoop : IAsyncDisposable
{
    private static readonly TimeSpan s_partingPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    private readonly ActorRuntime _runtime;
    private readonly ILeases _leases;
    private readonly Func<Lease> _own;
    private readonly Action<LeaseReading> _tell;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="runtime">What it runs on.</param>
    /// <param name="leases">The database's list.</param>
    /// <param name="own">This node's lease as it is now.</param>
    /// <param name="tell">Is told of each reading; neither waits nor throws.</param>
    internal LeaseLoop(ActorRuntime runtime, ILeases leases, Func<Lease> own, Action<LeaseReading> tell)
    {
        (_runtime, _leases, _own, _tell) = (runtime, leases, own, tell);
        _loop = runtime.Start(RunAsync);
    }

    /// <summary>Takes the lease when the agent starts.</summary>
    /// <exception cref="MemberConflictException">Another agent has it, and may live.</exception>
    /// <remarks>When the database is away nothing is taken: then the agent starts all the same, and finds out later.</remarks>
    internal static async Task TakeAsync(ILeases leases, Lease own, TimeProvider time, CancellationToken cancellation)
    {
        LeaseRow? first = null;
        var start = time.GetTimestamp();
        while (await TryTakeAsync(leases, own, 0, cancellation) is { } other)
        {
            // The lock of the place is ours, so whoever had it on this machine has ended: killed, perhaps a second ago.
            if (other.Lease.Holder == own.Holder && await TryTakeAsync(leases, own, other.Lease.Incarnation, cancellation) is null)
                return;
            // The same place after another start of the machine: its own past, or a copy of it that runs elsewhere. A renewal tells.
            first ??= other;
            var isRenewed = other.Age < first.Age + time.GetElapsedTime(start) - s_lookInterval;
            if (other.Lease.Holder.Place != own.Holder.Place || other.Lease.Incarnation != first.Lease.Incarnation || isRenewed)
                throw new MemberConflictException(other);
            await Task.Delay(s_lookInterval, time, cancellation);
        }
    }

    /// <summary>Gives the lease back, if the database answers at once.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _loop;
        _stop.Dispose();
        var own = _own();
        using var patience = new CancellationTokenSource(s_partingPatience, _runtime.Time);
        try
        {
            await _leases.ReleaseAsync(own.Host, own.Incarnation, patience.Token);
        }
        catch (Exception away) when (away is JournalException or OperationCanceledException)
        {
            // It expires.
        }
    }

    private static async Task<LeaseRow?> TryTakeAsync(ILeases leases, Lease own, ulong replaced, CancellationToken cancellation)
    {
        try
        {
            return await leases.RenewAsync(own, replaced, cancellation);
        }
        catch (JournalException)
        {
            return null;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var reading = await ReadAsync();
                _tell(reading);
                // Whoever could not renew is soon taken for gone, and is to be seen again as soon as the database is.
                var pause = reading.Rows.IsDefault ? s_lookInterval : Lease.RenewInterval;
                await Task.Delay(pause, _runtime.Time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
    }

    private async Task<LeaseReading> ReadAsync()
    {
        try
        {
            var other = await _leases.RenewAsync(_own(), 0, _stop.Token);
            return new LeaseReading(await _leases.ReadLeasesAsync(_stop.Token), other);
        }
        catch (JournalException)
        {
            return LeaseReading.Away;
        }
    }
}
