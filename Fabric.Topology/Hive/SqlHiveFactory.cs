using Fabric.Topology.Journal;

namespace Fabric.Topology.Hive;

/// <summary>Opens a <see cref="SqlHive"/> on a SQLite file or on PostgreSQL.</summary>
public sealed class SqlHiveFactory : IHiveFactory
{
    /// <inheritdoc/>
    public string Name => "sql";

    /// <inheritdoc/>
    public Task<IHive> OpenAsync(string database, HiveOptions options, CancellationToken cancellation = default)
    {
        var journal = Journal(database) with { Time = options.Runtime.Time };
        // A journal that this node has followed and that is gone is not made anew: an empty journal would mean an empty network.
        return SqlHive.OpenAsync(kept => new SqlJournal(journal with { MayCreate = kept is null }), options, cancellation);
    }

    /// <inheritdoc/>
    public SqlJournalOptions Journal(string database) =>
        // A server tells reliably for as long as the connection lives, and may have thousands of nodes asking.
        PostgresAddress.IsOne(database)
            ? new(database) { PollInterval = TimeSpan.FromSeconds(1) }
            : new(database);
}
