using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Fabric.Topology.Journal;

/// <summary>Brings a journal's file to the schema that this version reads: the scripts in Schema/Sqlite, in order, each once.</summary>
/// <remarks>The file's <c>user_version</c> is the number of the last one applied.</remarks>
internal static class SqliteSchemaRunner
{
    /// <summary>Sets a new connection up, and makes or migrates the schema when it is behind.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="options">The journal's.</param>
    /// <param name="mayCreate">Makes the tables where there are none.</param>
    /// <exception cref="JournalException">The schema is newer than this version knows, or gone.</exception>
    internal static void Prepare(SqliteConnection connection, SqlJournalOptions options, bool mayCreate)
    {
        Execute(connection, $"PRAGMA busy_timeout = {(int)options.LockPatience.TotalMilliseconds}");
        if (options.IsReadOnly)
        {
            Check(connection, options);
            return;
        }
        var mode = options.IsSingleFile ? "delete" : "wal";
        if (Ask(connection, "PRAGMA journal_mode") as string != mode)
            Execute(connection, $"PRAGMA journal_mode = {mode}");
        Execute(connection, "PRAGMA synchronous = FULL");
        if (options.MaxPages > 0)
            Execute(connection, $"PRAGMA max_page_count = {options.MaxPages}");

        var wanted = SchemaScripts.Of("Sqlite");
        var found = Version(connection);
        if (found == wanted.Count)
            return;
        if (found > wanted.Count)
            throw SchemaScripts.TooNew(options.Database, found, wanted.Count);
        if (found == 0 && !mayCreate)
            throw SchemaScripts.Gone(options.Database);
        Execute(connection, "BEGIN IMMEDIATE");
        // Another process may have been first; under the lock the number is certain.
        for (var number = Version(connection) + 1; number <= wanted.Count; number++)
            Execute(connection, $"{wanted[number - 1]}; PRAGMA user_version = {number}");
        Execute(connection, "COMMIT");
    }

    // Older tables are as good to read; nobody's are migrated by a reader.
    private static void Check(SqliteConnection connection, SqlJournalOptions options)
    {
        var (found, known) = (Version(connection), SchemaScripts.Of("Sqlite").Count);
        if (found == 0)
            throw SchemaScripts.None(options.Database);
        if (found > known)
            throw SchemaScripts.TooNew(options.Database, found, known);
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static int Version(SqliteConnection connection) =>
        Convert.ToInt32(Ask(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
}
