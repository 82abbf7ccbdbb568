namespace Fabric.Topology.Journal;

/// <summary>How to open a <see cref="SqlJournal"/>.</summary>
/// <param name="Path">The file; made when it is not there, but not its directory. On a local file system: SQLite's log is shared memory.</param>
public sealed record SqlJournalOptions(string Path)
{
    /// <summary>The clock for delays.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How often the file itself is asked whether another process wrote to it, besides what others tell; 250 ms by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The same where others cannot tell (<see cref="WakeSocket"/>); 10 ms by default. docs/decisions/0011-waking.md has its cost.</summary>
    public TimeSpan PollIntervalAlone { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long to wait for the lock of the head; 5 s by default.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most pages of 4096 bytes that the file may have; 0, the default, sets no limit but the disk's.</summary>
    public int MaxPages { get; init; }
}
