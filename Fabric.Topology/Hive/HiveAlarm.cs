using Fabric.Topology.Journal;

namespace Fabric.Topology.Hive;

/// <summary>Something that a person must look at.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Message">One sentence with what to do.</param>
/// <param name="Ours">The place that this node was at.</param>
/// <param name="Theirs">The place that the journal is at, as far as known.</param>
public sealed record HiveAlarm(HiveAlarmKind Kind, string Message, JournalHead Ours, JournalHead Theirs)
{
    /// <summary>The journal does not hold a place that this node has followed.</summary>
    internal static HiveAlarm Replaced(string journal, JournalHead ours, JournalHead theirs) =>
        new(
            HiveAlarmKind.JournalReplaced,
            $"journal {journal} does not hold position {ours}, which this node has; it now follows what is there, up to {theirs}",
            ours,
            theirs
        );
}
