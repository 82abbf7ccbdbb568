using Fabric.Agent.Errors;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;

namespace Fabric.Agent.Cli.Journals;

/// <summary>Where a journal is, and of which kind of hive: <c>akka:/var/lib/fabric/akka.db</c>; without a kind it is of the usual one.</summary>
/// <param name="Hive">The name of the kind.</param>
/// <param name="Where">A path, or an address of PostgreSQL.</param>
internal readonly record struct JournalPlace(string Hive, string Where)
{
    /// <summary>Reads a place; every text is one.</summary>
    public static JournalPlace Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var isOfKind = colon > 0 && !PostgresAddress.IsOne(text) && text[..colon].All(char.IsAsciiLetterLower);
        return isOfKind ? new JournalPlace(text[..colon], text[(colon + 1)..]) : new JournalPlace(HiveFactories.Default, text);
    }

    /// <summary>How it is opened.</summary>
    /// <exception cref="FabricException">This program has no such kind of hive.</exception>
    public SqlJournalOptions Options => FactoryOf(Hive).Journal(Where);

    /// <summary>The kind of hive of a name.</summary>
    /// <exception cref="FabricException">This program has none.</exception>
    public static IHiveFactory FactoryOf(string hive) =>
        HiveFactories.TryFind(hive, out var factory)
            ? factory
            : throw new FabricException(AgentErrors.NoSuchHive, $"this program has no hive '{hive}'");

    /// <summary>The place as people may see it: without a password.</summary>
    public override string ToString() => PostgresAddress.Show(Where);
}
