using Fabric.Topology.Journal;

namespace Fabric.Topology.Hive;

/// <summary>Opens one kind of hive; the agent finds it by its name and knows nothing else of the kind.</summary>
public interface IHiveFactory
{
    /// <summary>What the configuration calls it: "sql", for one.</summary>
    string Name { get; }

    /// <summary>How the journals of this kind lie in their databases, for whoever reads or fills one without a hive.</summary>
    /// <param name="database">Where the journal is: a path, or an address of PostgreSQL.</param>
    SqlJournalOptions Journal(string database);

    /// <summary>Opens a hive.</summary>
    /// <param name="database">Where its journal is, in the words of the kind: a path, or a connection string.</param>
    /// <param name="options">How it works in this process.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="JournalException">The journal cannot be read, so there is no state to begin with.</exception>
    Task<IHive> OpenAsync(string database, HiveOptions options, CancellationToken cancellation = default);
}
