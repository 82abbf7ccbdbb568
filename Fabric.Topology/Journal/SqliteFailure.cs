using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fabric.Topology.Journal;

/// <summary>Tells what an error of SQLite means for a journal.</summary>
internal static class SqliteFailure
{
    /// <summary>The exception to throw for one of the driver's.</summary>
    internal static JournalException Of(SqliteException error, string operation, string database) =>
        Of(error.SqliteErrorCode, error.SqliteExtendedErrorCode, operation, database, error);

    /// <summary>The exception to throw for a code of SQLite.</summary>
    internal static JournalException Of(int code, int extended, string operation, string database, Exception? inner = null)
    {
        var (failure, cause) = code switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => (JournalFailure.Away, "other writers hold it; try again"),
            raw.SQLITE_FULL => (JournalFailure.Full, "there is no room left on the disk or under its limit; make room and try again"),
            raw.SQLITE_CANTOPEN => (JournalFailure.Away, "the file cannot be opened; check that its directory exists and may be written"),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => (
                JournalFailure.Away,
                "the file may not be written; check its owner and mode"
            ),
            raw.SQLITE_CORRUPT => (JournalFailure.Unreadable, "the file is damaged; restore it from a backup"),
            raw.SQLITE_ERROR => (
                JournalFailure.Unreadable,
                "its tables are not those of a journal; name another, or restore it from a backup"
            ),
            raw.SQLITE_NOTADB => (JournalFailure.Unreadable, "the file is not a database; name another"),
            raw.SQLITE_IOERR => (JournalFailure.Away, "the disk failed"),
            _ => (JournalFailure.Away, "it was refused"),
        };
        var text = $"journal {database}: {operation}: {cause} (SQLite {extended}: {raw.sqlite3_errstr(extended).utf8_to_string()})";
        return new JournalException(failure, text, inner);
    }
}
