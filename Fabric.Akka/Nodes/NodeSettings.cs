using Akka.Configuration;
using Fabric.Topology.Journal;
using Npgsql;

namespace Fabric.Akka.Nodes;

/// <summary>What a node's actor system is told.</summary>
internal static class NodeSettings
{
    /// <summary>The node's own configuration before that of the hive, and where the journal is before both.</summary>
    /// <param name="database">A path, or an address of PostgreSQL.</param>
    /// <param name="own">The node's own configuration, in HOCON; may be empty.</param>
    /// <exception cref="JournalException">The address cannot be read.</exception>
    /// <exception cref="ConfigurationException">The configuration cannot be read.</exception>
    internal static Config Of(string database, string own)
    {
        var (provider, connection) = ConnectionOf(database);
        var journal = ConfigurationFactory.ParseString(
            $$"""
            akka.persistence.journal.sql {
              provider-name = "{{provider}}"
              connection-string = "{{connection.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(
                "\"",
                "\\\"",
                StringComparison.Ordinal
            )}}"
            }
            """
        );
        return journal.WithFallback(ConfigurationFactory.ParseString(own)).WithFallback(Defaults());
    }

    private static Config Defaults()
    {
        using var stream = typeof(NodeSettings).Assembly.GetManifestResourceStream("Fabric.Akka.Nodes.akka.conf")!;
        using var reader = new StreamReader(stream);
        // Shards go to the nodes of the highest version only, so it is the hive's, whatever program it runs in.
        var version = typeof(NodeSettings).Assembly.GetName().Version!.ToString(3);
        return ConfigurationFactory.ParseString($"akka.cluster.app-version = \"{version}\"\n{reader.ReadToEnd()}");
    }

    private static (string Provider, string Connection) ConnectionOf(string database)
    {
        if (!PostgresAddress.IsOne(database))
            return ("SQLite.MS", $"Data Source={database};Mode=ReadWrite;Default Timeout=5;Pooling=False");
        if (!PostgresAddress.TryParse(database, out var address, out var mistake))
            throw new JournalException(JournalFailure.Away, $"the journal's address cannot be read: {mistake}");
        var connection = new NpgsqlConnectionStringBuilder(address!.Connection.ConnectionString)
        {
            // An answered commit is on the disk, and on the synchronous standby if there is one.
            Options = "-c synchronous_commit=on -c lock_timeout=5000",
            CommandTimeout = 15,
            Timeout = 5,
            MaxPoolSize = 4,
            TcpKeepAlive = true,
        };
        if (address.Connection.Host!.Contains(',', StringComparison.Ordinal))
        {
            connection.TargetSessionAttributes = "primary";
            connection.HostRecheckSeconds = 0;
        }
        return ("PostgreSQL.15", connection.ConnectionString);
    }
}
