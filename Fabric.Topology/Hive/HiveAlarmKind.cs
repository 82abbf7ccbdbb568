namespace Fabric.Topology.Hive;

/// <summary>The kinds of alarms.</summary>
public enum HiveAlarmKind : byte
{
    /// <summary>The journal does not hold what this node has followed: a restored backup, or a standby that was behind. Changes were lost.</summary>
    JournalReplaced,

    /// <summary>An entry is damaged, or was written by a newer version; this node stays at the position before it and takes no commands.</summary>
    JournalUnreadable,
}
