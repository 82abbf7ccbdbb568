using Fabric.Topology.Journal;

namespace Fabric.Topology.Hive;

/// <summary>Opens a <see cref="SqlHive"/> on a SQLite file.</summary>
public sealed class SqlHiveFactory : IHiveFactory
{
    /// <inheritdoc/>
    public string Name => "sqlite";

    /// <inheritdoc/>
    public Task<IHive> OpenAsync(string database, HiveOptions options, CancellationToken cancellation = default) =>
        SqlHive.OpenAsync(new SqlJournal(new SqlJournalOptions(database) { Time = options.Runtime.Time }), options, cancellation);
}
