namespace Fabric.Topology.Journal;

/// <summary>How to open a <see cref="SqlJournal"/>.</summary>
/// <param name="Database">
/// The path of a SQLite file, which is made when it is not there, but not its directory; on a local file system, since SQLite's log is shared
/// memory. Or <c>postgresql://user@host1,host2/database</c>: <see cref="PostgresAddress"/>.
/// </param>
public sealed record SqlJournalOptions(string Database)
{
    /// <summary>The clock for delays.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How often the database itself is asked whether others wrote to it, besides what they tell; 250 ms by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The same for a SQLite file whose writers cannot tell (<see cref="WakeSocket"/>); 10 ms by default. docs/decisions/0011-waking.md has its
    /// cost.
    /// </summary>
    public TimeSpan PollIntervalAlone { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long to wait for the lock of the head; 5 s by default. PostgreSQL takes it from a holder that is silent for half of that.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a PostgreSQL server may take to connect and for any one statement; 15 s by default.</summary>
    public TimeSpan AnswerPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Makes a journal where there is none; the default.</summary>
    public bool MayCreate { get; init; } = true;

    /// <summary>Changes nothing, not even tables of an older version; only the reading calls work then.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>A SQLite file without a log beside it, for one writer: a backup.</summary>
    public bool IsSingleFile { get; init; }

    /// <summary>The most pages of 4096 bytes that a SQLite file may have; 0, the default, sets no limit but the disk's.</summary>
    public int MaxPages { get; init; }

    /// <summary>How it lies in the database; <see cref="JournalTables.Own"/> by default.</summary>
    internal JournalTables Tables { get; init; } = JournalTables.Own;
}
