namespace Fabric.Topology.Journal;

/// <summary>The ordered, durable store of all changes, which every process that has it open may write to.</summary>
public interface IJournal : IJournalReader
{
    /// <summary>Locks the head against all other writers until the session is disposed; waits for its turn.</summary>
    /// <exception cref="JournalException">It was not to be had in good time (<see cref="JournalFailure.Away"/>).</exception>
    ValueTask<IAppendSession> LockHeadAsync(CancellationToken cancellation);

    /// <summary>Stores a snapshot beside the entries; one that is there already stays.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="keeps">Tells of the position of a snapshot whether it stays; all others are deleted.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask WriteSnapshotAsync(StoredSnapshot snapshot, Func<long, bool> keeps, CancellationToken cancellation);
}
