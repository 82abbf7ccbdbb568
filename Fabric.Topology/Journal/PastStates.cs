namespace Fabric.Topology.Journal;

/// <summary>States of the past that jumps have passed, so that the next one nearby is short: who drags a slider goes to and fro.</summary>
/// <remarks>
/// Stored snapshots are thinned out, so the first jump into old times may read many entries; it leaves a state each <see cref="Every"/>.
/// Bounded by the number of states and of snapshots that they grew out of, since only states of one share their memory. Any thread; what two
/// threads keep at once may be lost.
/// </remarks>
public sealed class PastStates
{
    /// <summary>Entries between two states that a jump leaves.</summary>
    public const int Every = 1000;

    /// <summary>States that are kept at most.</summary>
    public const int MaxStates = 64;

    /// <summary>Snapshots at most that they grew out of.</summary>
    public const int MaxOrigins = 4;

    // The last used first.
    private volatile PastState[] _kept = [];

    /// <summary>How many are kept.</summary>
    public int Count => _kept.Length;

    /// <summary>The state nearest before or at a position; null if there is none.</summary>
    public PastState? Nearest(long position) =>
        _kept.Where(past => past.State.Head.Position <= position).MaxBy(past => past.State.Head.Position);

    /// <summary>Keeps a state; those that were used longest ago go.</summary>
    public void Keep(PastState past)
    {
        if (past.State.Head.Position == 0)
            return;
        var kept = _kept.Where(other => other.State.Head.Position != past.State.Head.Position).Prepend(past);
        var origins = kept.Select(other => other.Origin).Distinct().Take(MaxOrigins).ToHashSet();
        _kept = [.. kept.Where(other => origins.Contains(other.Origin)).Take(MaxStates)];
    }
}
