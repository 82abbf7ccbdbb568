using System.Globalization;
using Akka.Actor;
using Akka.Coordination;
using Fabric.Topology.Journal;

namespace Fabric.Akka.Nodes;

/// <summary>What the parts of a divided cluster ask which of them goes on: a row in the journal's database, held by one node at a time.</summary>
/// <remarks>
/// The database is the right judge: a part that does not reach it could not store anything anyway, and with two nodes no count of heads decides.
/// Akka.NET makes it by the name in its configuration, and with these arguments.
/// </remarks>
internal sealed class ArbiterSession(LeaseSettings settings, ExtendedActorSystem system) : Lease(settings)
{
    // Longer than akka.cluster.split-brain-resolver.lease-majority.release-after: an owner that dies with it holds the others up for no longer.
    private static readonly TimeSpan s_term = TimeSpan.FromSeconds(20);

    private const string Take =
        "INSERT INTO akka_arbiter (name, owner, expires) VALUES ($1, $2, {0} + $3) ON CONFLICT (name) DO UPDATE "
        + "SET owner = excluded.owner, expires = excluded.expires WHERE akka_arbiter.owner = excluded.owner OR akka_arbiter.expires <= {0}";
    private const string Give = "UPDATE akka_arbiter SET expires = 0 WHERE name = $1 AND owner = $2";

    private readonly SqlJournal _journal = system.Settings.Setup.Get<ArbiterSetup>().Value.Journal;
    private volatile bool _isHeld;

    /// <inheritdoc/>
    public override Task<bool> Acquire() => Acquire(_ => { });

    /// <inheritdoc/>
    /// <exception cref="JournalException">The database cannot be asked; whoever asked then goes down, and comes back by itself.</exception>
    public override async Task<bool> Acquire(Action<Exception> leaseLostCallback)
    {
        var taken = await _journal.WriteAsync(
            "ask the arbiter",
            session =>
                session.ExecuteAsync(
                    string.Format(CultureInfo.InvariantCulture, Take, session.Clock),
                    CancellationToken.None,
                    Settings.LeaseName,
                    Settings.OwnerName,
                    (long)s_term.TotalMilliseconds
                ),
            CancellationToken.None
        );
        return _isHeld = taken > 0;
    }

    /// <inheritdoc/>
    public override async Task<bool> Release()
    {
        _isHeld = false;
        await _journal.WriteAsync(
            "leave the arbiter",
            session => session.ExecuteAsync(Give, CancellationToken.None, Settings.LeaseName, Settings.OwnerName),
            CancellationToken.None
        );
        return true;
    }

    /// <inheritdoc/>
    public override bool CheckLease() => _isHeld;
}
