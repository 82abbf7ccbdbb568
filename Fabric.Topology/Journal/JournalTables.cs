using System.Collections.Immutable;

namespace Fabric.Topology.Journal;

/// <summary>How a journal lies in its database: its tables, and the statements that read and write them.</summary>
/// <remarks>
/// Values of statements are <c>$1</c>, <c>$2</c>... All else about a journal (connections, failures, transactions, waiting) is written once,
/// above this.
/// </remarks>
internal abstract class JournalTables
{
    // So many scripts each way of lying may ever have; the number that a database notes tells which way it is.
    private const int NumbersEach = 1000;

    /// <summary>The tables of <see cref="Hive.SqlHive"/>.</summary>
    internal static JournalTables Own { get; } = new EntryTables();

    /// <summary>The number before that of the first script; a multiple of a thousand, its own for each way of lying.</summary>
    internal abstract int SchemaBase { get; }

    /// <summary>Tells position and hash of the last entry.</summary>
    internal abstract string SelectHead { get; }

    /// <summary>Tells position and hash of the entry that answered a request: $1, 16 bytes.</summary>
    internal abstract string SelectRequest { get; }

    /// <summary>The same for many on PostgreSQL, each with its request before: $1, an array.</summary>
    internal abstract string SelectRequests { get; }

    /// <summary>Tells the entries after a position, $1, at most $2 of them, each as <see cref="EntryOf"/> reads it.</summary>
    internal abstract string SelectEntries { get; }

    /// <summary>Adds an entry, with <see cref="ValuesOf(StoredEntry)"/>.</summary>
    internal abstract string InsertEntry { get; }

    /// <summary>Tells position, hash and payload of the latest snapshot at or before a position: $1.</summary>
    internal abstract string SelectSnapshot { get; }

    /// <summary>Adds a snapshot, with <see cref="ValuesOf(StoredSnapshot)"/>; one that is there stays.</summary>
    internal abstract string InsertSnapshot { get; }

    /// <summary>Tells the positions of all snapshots.</summary>
    internal abstract string SelectSnapshots { get; }

    /// <summary>Deletes the snapshot at a position: $1.</summary>
    internal abstract string DeleteSnapshot { get; }

    /// <summary>Keeps all other writers on PostgreSQL out until the transaction ends; null where the row of the head does.</summary>
    internal virtual string? LockWriters => null;

    /// <summary>The scripts that make the tables, in order.</summary>
    /// <param name="kind">Sqlite or Postgres.</param>
    internal abstract IReadOnlyList<string> Scripts(string kind);

    /// <summary>Reads a row of <see cref="SelectEntries"/>.</summary>
    /// <exception cref="InvalidCastException">A column of a damaged row is missing or of another type.</exception>
    /// <exception cref="ArgumentException">It is too short.</exception>
    internal abstract StoredEntry EntryOf(ReadOnlySpan<object> row);

    /// <summary>An entry as values of <see cref="InsertEntry"/>.</summary>
    internal abstract ImmutableArray<object> ValuesOf(StoredEntry entry);

    /// <summary>A snapshot as values of <see cref="InsertSnapshot"/>.</summary>
    internal abstract ImmutableArray<object> ValuesOf(StoredSnapshot snapshot);

    /// <summary>A number that a database notes is of one of these scripts, or of later ones.</summary>
    internal bool Owns(int number) => number / NumbersEach == SchemaBase / NumbersEach;
}
