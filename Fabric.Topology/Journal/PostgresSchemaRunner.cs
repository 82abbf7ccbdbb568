using Npgsql;

namespace Fabric.Topology.Journal;

/// <summary>Brings a journal's database to the schema that this version reads: its scripts for PostgreSQL, in order, each once.</summary>
/// <remarks>The row of <c>journal_schema</c> is the number of the last one applied.</remarks>
internal static class PostgresSchemaRunner
{
    private const int Attempts = 5;

    /// <summary>Makes or migrates the tables when they are behind.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="options">The journal's.</param>
    /// <param name="name">What people know the journal by.</param>
    /// <param name="mayCreate">Makes the tables where there are none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="JournalException">The schema is newer than this version knows, or gone.</exception>
    internal static async Task PrepareAsync(
        NpgsqlConnection connection,
        SqlJournalOptions options,
        string name,
        bool mayCreate,
        CancellationToken cancellation
    )
    {
        var tables = options.Tables;
        var wanted = tables.Scripts("Postgres");
        var last = tables.SchemaBase + wanted.Count;
        for (var attempt = 1; ; attempt++)
        {
            var found = await ReadNumberAsync(connection, cancellation);
            if (found == last)
                return;
            if (found != 0 && !tables.Owns(found))
                throw SchemaScripts.OfAnother(name);
            if (found > last)
                throw SchemaScripts.TooNew(name, found, last);
            if (options.IsReadOnly)
            {
                if (found == 0)
                    throw SchemaScripts.None(name);
                return;
            }
            if (found == 0 && !mayCreate)
                throw SchemaScripts.Gone(name);
            try
            {
                await MigrateAsync(connection, found, tables.SchemaBase, wanted, cancellation);
                return;
            }
            catch (PostgresException raced) when (IsRace(raced) && attempt < Attempts)
            {
                // Another node makes the tables at this moment, and all or nothing: a look tells.
            }
        }
    }

    private static async Task MigrateAsync(
        NpgsqlConnection connection,
        int found,
        int first,
        IReadOnlyList<string> wanted,
        CancellationToken cancellation
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (found == 0)
        {
            await ExecuteAsync(
                connection,
                "CREATE TABLE journal_schema (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), number integer NOT NULL); "
                    + "INSERT INTO journal_schema (number) VALUES (0)",
                cancellation
            );
        }
        else
        {
            await ExecuteAsync(connection, "LOCK TABLE journal_schema", cancellation);
            found = await ReadNumberAsync(connection, cancellation);
        }
        for (var number = Math.Max(found, first) + 1; number <= first + wanted.Count; number++)
            await ExecuteAsync(connection, $"{wanted[number - first - 1]}; UPDATE journal_schema SET number = {number}", cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static bool IsRace(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateObject;

    // Two questions, since one that names the table is refused where there is none.
    private static async Task<int> ReadNumberAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('journal_schema') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
            return 0;
        await using var number = new NpgsqlCommand("SELECT number FROM journal_schema", connection);
        return (int)(await number.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
