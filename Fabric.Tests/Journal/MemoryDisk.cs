using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Topology.Journal;

namespace Fabric.Tests.Journal;

/// <summary>What the journals of one test share, as processes share a file; survives every <see cref="MemoryJournal"/>.</summary>
internal sealed class MemoryDisk
{
    private readonly Lock _gate = new();
    private readonly Queue<CommitFault> _faults = [];
    private readonly Dictionary<RequestId, JournalHead> _requests = [];
    private readonly SortedDictionary<long, StoredSnapshot> _snapshots = [];
    private ImmutableArray<StoredEntry> _entries = [];
    private TaskCompletionSource _moved = NewSign();

    /// <summary>The lock of the head.</summary>
    public SemaphoreSlim Head { get; } = new(1);

    /// <summary>Nobody can reach it.</summary>
    public bool IsAway { get; set; }

    /// <summary>It takes questions and answers none.</summary>
    public bool IsSilent { get; set; }

    /// <summary>There is room for entries only.</summary>
    public bool RefusesSnapshots { get; set; }

    /// <summary>How long each commit takes.</summary>
    public TimeSpan CommitTime { get; set; }

    public ImmutableArray<StoredEntry> Entries
    {
        get
        {
            lock (_gate)
                return _entries;
        }
    }

    /// <summary>Ends at the next change.</summary>
    public Task Moved
    {
        get
        {
            lock (_gate)
                return _moved.Task;
        }
    }

    /// <summary>The next commits go wrong like this, in order.</summary>
    public void Plan(params CommitFault[] faults)
    {
        lock (_gate)
        {
            foreach (var fault in faults)
                _faults.Enqueue(fault);
        }
    }

    public CommitFault NextFault()
    {
        lock (_gate)
            return _faults.TryDequeue(out var fault) ? fault : CommitFault.None;
    }

    public ImmutableDictionary<RequestId, JournalHead> Find(ImmutableArray<RequestId> requests)
    {
        lock (_gate)
            return requests
                .Distinct()
                .Where(_requests.ContainsKey)
                .ToImmutableDictionary(request => request, request => _requests[request]);
    }

    public void Store(ImmutableArray<StoredEntry> entries)
    {
        if (entries.IsEmpty)
            return;
        lock (_gate)
        {
            entries[0].Position.ShouldBe(_entries.Length + 1);
            Replace(_entries.AddRange(entries));
        }
    }

    public void Store(StoredSnapshot snapshot, Func<long, bool> keeps)
    {
        lock (_gate)
        {
            _snapshots.TryAdd(snapshot.Head.Position, snapshot);
            foreach (var position in _snapshots.Keys.Where(position => !keeps(position)).ToList())
                _snapshots.Remove(position);
        }
    }

    /// <summary>The positions of the snapshots.</summary>
    public ImmutableArray<long> SnapshotPositions
    {
        get
        {
            lock (_gate)
                return [.. _snapshots.Keys];
        }
    }

    public StoredSnapshot? Snapshot(long atOrBefore)
    {
        lock (_gate)
            return _snapshots.Values.LastOrDefault(snapshot => snapshot.Head.Position <= atOrBefore);
    }

    /// <summary>Puts other entries in place of all.</summary>
    public void Replace(ImmutableArray<StoredEntry> entries)
    {
        lock (_gate)
        {
            _entries = entries;
            _requests.Clear();
            foreach (var entry in entries)
                _requests.Add(entry.Request, entry.Head);
            _moved.TrySetResult();
            _moved = NewSign();
        }
    }

    private static TaskCompletionSource NewSign() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
