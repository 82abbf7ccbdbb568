namespace Fabric.Topology.Journal;

/// <summary>Where a <see cref="SqlJournal"/> is kept: all that a kind of database is asked for.</summary>
/// <remarks>What the kinds do differently is in their sessions; everything else of a journal is written once, above them.</remarks>
internal abstract class SqlDatabase : IAsyncDisposable
{
    /// <summary>What people know it by; never a password.</summary>
    internal abstract string Name { get; }

    /// <summary>The database that options name.</summary>
    /// <exception cref="JournalException">The address cannot be read.</exception>
    internal static SqlDatabase Of(SqlJournalOptions options) =>
        PostgresAddress.IsOne(options.Database) ? new PostgresDatabase(options) : new SqliteDatabase(options);

    /// <summary>A session, which opens its connection at need.</summary>
    internal abstract SqlSession NewSession();

    /// <summary>Gives back what the sessions share, after they are closed.</summary>
    public abstract ValueTask DisposeAsync();
}
