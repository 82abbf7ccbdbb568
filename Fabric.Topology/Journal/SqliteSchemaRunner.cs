using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Fabric.Topology.Journal;

/// <summary>Brings a journal's file to the schema that this version reads: its scripts for SQLite, in order, each once.</summary>
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

        var wanted = options.Tables.Scripts("Sqlite");
        var (first, last) = (options.Tables.SchemaBase, options.Tables.SchemaBase + wanted.Count);
        var found = Version(connection);
        if (found == last)
            return;
        if (found != 0 && !options.Tables.Owns(found))
            throw SchemaScripts.OfAnother(options.Database);
        if (found > last)
            throw SchemaScripts.TooNew(options.Database, found, last);
        if (found == 0 && !mayCreate)
            throw SchemaScripts.Gone(options.Database);
        Execute(connection, "BEGIN IMMEDIATE");
        // Another process may have been first; under the lock the number is certain.
        for (var number = Math.Max(Version(connection), first) + 1; number <= last; number++)
            Execute(connection, $"{wanted[number - first - 1]}; PRAGMA user_version = {number}");
        Execute(connection, "COMMIT");
    }

    // Older tables are as good to read; nobody's are migrated by a reader.
    private static void Check(SqliteConnection connection, SqlJournalOptions options)
    {
        var (found, known) = (Version(connection), options.Tables.SchemaBase + options.Tables.Scripts("Sqlite").Count);
        if (found == 0)
            throw SchemaScripts.None(options.Database);
        if (!options.Tables.Owns(found))
            throw SchemaScripts.OfAnother(options.Database);
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
