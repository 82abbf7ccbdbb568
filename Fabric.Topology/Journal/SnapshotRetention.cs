using System.Numerics;

namespace Fabric.Topology.Journal;

/// <summary>Which of the stored snapshots stay: all that are young, and ever fewer the older they are.</summary>
/// <remarks>
/// A snapshot of a large network is large, so not all can stay; but a look into the past begins at one, so not only the newest may. Of those
/// that are 2^n to 2^(n+1) intervals old, two stay: a past state costs reading entries for half its age at most, and a thousand
/// snapshots leave twenty. What has once gone is not missed later. Entries are never deleted.
/// </remarks>
internal static class SnapshotRetention
{
    /// <summary>How many of the youngest stay in any case.</summary>
    internal const int Newest = 4;

    /// <summary>The snapshot at a position stays when there is a newer one.</summary>
    /// <param name="newest">The newest snapshot's position.</param>
    /// <param name="position">The position of the one in question.</param>
    /// <param name="every">How many entries lie between two snapshots.</param>
    internal static bool Keeps(long newest, long position, int every)
    {
        var number = position / every;
        var age = newest / every - number;
        return age < Newest || number % (long)(BitOperations.RoundUpToPowerOf2((ulong)age + 1) / Newest) == 0;
    }
}
