using Fabric.Topology.Journal;

namespace Fabric.Topology.Hive;

/// <summary>What is known about the state of a hive in this process; its parts write it, status pages read it.</summary>
/// <remarks>Any thread.</remarks>
public sealed class HiveHealth(Action<HiveAlarm>? onAlarm = null)
{
    private JournalException? _followFailure;
    private JournalException? _storeFailure;
    private HiveAlarm? _lastAlarm;
    private string? _localCopyFailure;
    private string? _snapshotFailure;
    private long _alarms;
    private long _readersBehind;
    private long _storedEntries;
    private long _groups;
    private long _decidedAgain;

    /// <summary>Why the journal does not work just now, or null when it does.</summary>
    public string? Failure => (Volatile.Read(ref _followFailure) ?? Volatile.Read(ref _storeFailure))?.Message;

    /// <summary>The latest alarm, or null.</summary>
    public HiveAlarm? LastAlarm => Volatile.Read(ref _lastAlarm);

    /// <summary>Why this node's own copy could not be written the last time, or null.</summary>
    public string? LocalCopyFailure => Volatile.Read(ref _localCopyFailure);

    /// <summary>Why the journal could not take a snapshot the last time, or null. Entries are stored all the same; only a start reads more of them.</summary>
    public string? SnapshotFailure => Volatile.Read(ref _snapshotFailure);

    /// <summary>How many alarms there were.</summary>
    public long Alarms => Interlocked.Read(ref _alarms);

    /// <summary>How often a reader of the feed was slower than the shared window and read the journal.</summary>
    public long ReadersBehind => Interlocked.Read(ref _readersBehind);

    /// <summary>How many entries this process has stored.</summary>
    public long StoredEntries => Interlocked.Read(ref _storedEntries);

    /// <summary>In how many transactions it stored them.</summary>
    public long Groups => Interlocked.Read(ref _groups);

    /// <summary>How many commands were decided again, because the head had moved since.</summary>
    public long DecidedAgain => Interlocked.Read(ref _decidedAgain);

    // A journal that can be read and not written is not well, so the two are kept apart. One that was away for both is back for both.
    internal void Followed(JournalException? failure = null)
    {
        var before = Interlocked.Exchange(ref _followFailure, failure);
        if (failure is null && before is not null && Volatile.Read(ref _storeFailure) is { Failure: JournalFailure.Away } away)
            Interlocked.CompareExchange(ref _storeFailure, null, away);
    }

    internal void Stored(JournalException? failure = null) => Volatile.Write(ref _storeFailure, failure);

    internal void NoteLocalCopy(string? failure) => Volatile.Write(ref _localCopyFailure, failure);

    internal void NoteSnapshot(string? failure) => Volatile.Write(ref _snapshotFailure, failure);

    internal void CountReaderBehind() => Interlocked.Increment(ref _readersBehind);

    internal void CountGroup(int entries, int decidedAgain)
    {
        Interlocked.Add(ref _storedEntries, entries);
        Interlocked.Add(ref _groups, entries > 0 ? 1 : 0);
        Interlocked.Add(ref _decidedAgain, decidedAgain);
    }

    internal void Raise(HiveAlarm alarm)
    {
        Volatile.Write(ref _lastAlarm, alarm);
        Interlocked.Increment(ref _alarms);
        onAlarm?.Invoke(alarm);
    }
}
