using Akka.Configuration;
using Fabric.Akka.Journal;
using Fabric.Akka.Nodes;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Akka;

/// <summary>Opens a hive on Akka.NET whose journal is in a SQLite file, for the nodes of one machine, or on PostgreSQL.</summary>
public sealed class AkkaHiveFactory : IHiveFactory
{
    /// <inheritdoc/>
    public string Name => "akka";

    /// <inheritdoc/>
    public Task<IHive> OpenAsync(string database, HiveOptions options, CancellationToken cancellation = default)
    {
        var journal = Journal(database) with { Time = options.Runtime.Time };
        Config settings;
        try
        {
            settings = NodeSettings.Of(database, options.Configuration);
        }
        catch (Exception mistake) when (mistake is not JournalException)
        {
            throw new JournalException(JournalFailure.Away, $"the configuration of the hive cannot be read: {mistake.Message}", mistake);
        }
        return AkkaHive.OpenAsync(kept => new SqlJournal(journal with { MayCreate = kept is null }), settings, options, cancellation);
    }

    /// <inheritdoc/>
    public SqlJournalOptions Journal(string database)
    {
        var journal = new SqlJournalOptions(database) { Tables = AkkaTables.Instance };
        // What is stored is pushed to all nodes; the database is asked for what a push did not reach.
        return PostgresAddress.IsOne(database) ? journal with { PollInterval = TimeSpan.FromSeconds(1) } : journal;
    }
}
