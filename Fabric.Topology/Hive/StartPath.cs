using Fabric.Topology.Actors;
using Fabric.Topology.Journal;
using Fabric.Topology.Replica;

namespace Fabric.Topology.Hive;

/// <summary>Finds the state that a node begins with: the journal's, or that of its own copy while the journal is away.</summary>
/// <remarks>
/// Whatever fails about the journal, a node that has a copy begins with it, and says why: packets go on, commands are refused, and the feed
/// goes on trying. Only a node without a copy cannot begin without its journal.
/// </remarks>
internal static class StartPath
{
    /// <summary>What the copy holds; null when there is none, or none that can be read, or none of any entry.</summary>
    internal static async ValueTask<ReplicaState?> LoadAsync(IReplicaStore? copy, HiveHealth health, CancellationToken cancellation)
    {
        if (copy is null)
            return null;
        try
        {
            var kept = await copy.LoadAsync(cancellation);
            return kept is { Head.Position: > 0 } ? kept : null;
        }
        catch (InvalidDataException damage)
        {
            health.Raise(new HiveAlarm(HiveAlarmKind.LocalCopyDamaged, damage.Message, JournalHead.Start, JournalHead.Start));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            health.NoteLocalCopy(failure.Message);
        }
        return null;
    }

    /// <summary>The state to begin with.</summary>
    /// <exception cref="JournalException">The journal cannot be read, and there is no copy.</exception>
    internal static async ValueTask<ReplicaState> ReadAsync(
        IJournalReader journal,
        ReplicaState? kept,
        HiveOptions options,
        HiveHealth health,
        CancellationToken cancellation
    )
    {
        if (kept is null)
            return await ReplayPath.ReadStateAsync(journal, long.MaxValue, cancellation);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var reading = ReadAsync(journal, kept, options.SnapshotEvery, health, enough.Token);
            var patience = Task.Delay(options.StartPatience, options.Runtime.Time, enough.Token);
            if (await Task.WhenAny(reading, patience) == reading)
                return await reading;
            cancellation.ThrowIfCancellationRequested();
            var seconds = options.StartPatience.TotalSeconds;
            throw new JournalException(JournalFailure.Away, $"journal {journal.Name}: no answer within {seconds} s");
        }
        catch (JournalException failure)
        {
            health.Followed(failure);
            return kept;
        }
        finally
        {
            enough.Stop();
        }
    }

    private static async Task<ReplicaState> ReadAsync(
        IJournalReader journal,
        ReplicaState kept,
        int mostBehind,
        HiveHealth health,
        CancellationToken cancellation
    )
    {
        var head = await journal.ReadHeadAsync(cancellation);
        // An empty journal does not empty the network; the feed will say what is wrong.
        if (head.Position == 0)
            return kept;
        var place = await journal.ReadAsync(kept.Head.Position - 1, 1, cancellation);
        var isHeld = !place.IsEmpty && place[0].Head == kept.Head;
        // A copy that is a little behind is the quickest begin.
        if (isHeld && head.Position - kept.Head.Position <= mostBehind)
            return kept;
        var state = await ReplayPath.ReadStateAsync(journal, long.MaxValue, cancellation);
        if (!isHeld)
            health.Raise(HiveAlarm.Replaced(journal.Name, kept.Head, state.Head));
        return state;
    }
}
