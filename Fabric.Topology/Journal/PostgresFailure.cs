using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Fabric.Topology.Journal;

/// <summary>Tells what an error of PostgreSQL or of the way to it means for a journal.</summary>
internal static class PostgresFailure
{
    private const string IdleInTransaction = "25P03"; // idle_in_transaction_session_timeout

    /// <summary>The exception to throw for one of the driver's; null for one that is our bug.</summary>
    internal static JournalException? Of(Exception error, string operation, string database) =>
        error switch
        {
            PostgresException refused => Of(refused, operation, database),
            DbException or SocketException or IOException or TimeoutException or AuthenticationException => new JournalException(
                JournalFailure.Away,
                $"journal {database}: {operation}: no primary answers; check that it runs and can be reached ({Innermost(error)})",
                error
            ),
            _ => null,
        };

    /// <summary>A commit that failed like this has certainly stored nothing: the server itself said that it rolled back.</summary>
    internal static bool IsCertain(Exception error) =>
        error is PostgresException { InvariantSeverity: "ERROR" } refused && Class(refused) is not ("08" or "57" or "58" or "XX");

    /// <summary>The connection broke, or the server ended it.</summary>
    internal static bool IsEndOfConnection(Exception error) =>
        error is PostgresException ended
            ? Class(ended) == "57" && ended.InvariantSeverity == "FATAL" || ended.SqlState == IdleInTransaction
            : error.InnerException is IOException or SocketException;

    private static JournalException Of(PostgresException error, string operation, string database)
    {
        var (failure, cause) = error.SqlState switch
        {
            PostgresErrorCodes.LockNotAvailable => (JournalFailure.Away, "other writers hold it; try again"),
            PostgresErrorCodes.DiskFull => (JournalFailure.Full, "there is no room left on the server's disk; make room and try again"),
            PostgresErrorCodes.InvalidPassword => (
                JournalFailure.Away,
                "the password is wrong or missing; PGPASSWORD or PGPASSFILE tells it"
            ),
            PostgresErrorCodes.InvalidAuthorizationSpecification => (
                JournalFailure.Away,
                "the server does not let this role in; check the role, and pg_hba.conf"
            ),
            PostgresErrorCodes.InvalidCatalogName => (JournalFailure.Away, "there is no such database; create it: docs/hive.md"),
            PostgresErrorCodes.InsufficientPrivilege => (JournalFailure.Away, "the role may not do that; let it own the database"),
            PostgresErrorCodes.ReadOnlySqlTransaction => (JournalFailure.Away, "the server is no primary; name the other hosts too"),
            IdleInTransaction => (JournalFailure.Away, "this node held it too long; try again"),
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => (
                JournalFailure.Unreadable,
                "its tables do not fit together; restore them from a backup"
            ),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (
                JournalFailure.Unreadable,
                "the database is damaged; restore it from a backup"
            ),
            _ => (JournalFailure.Away, "it was refused"),
        };
        var text = $"journal {database}: {operation}: {cause} (PostgreSQL {error.SqlState}: {error.MessageText})";
        return new JournalException(failure, text, error);
    }

    private static string Class(PostgresException error) => error.SqlState[..2];

    // Of several hosts the driver tells in an aggregate; the first refusal is the telling one.
    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
            error = inner;
        return error.Message.TrimEnd('.');
    }
}
