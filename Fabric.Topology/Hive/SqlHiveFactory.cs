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
        var journal = new SqlJournalOptions(database) { Time = options.Runtime.Time };
        // A server tells reliably for as long as the connection lives, and may have thousands of nodes asking.
        if (PostgresAddress.IsOne(database))
            journal = journal with { PollInterval = TimeSpan.FromSeconds(1) };
        return SqlHive.OpenAsync(new SqlJournal(journal), options, cancellation);
    }
}
