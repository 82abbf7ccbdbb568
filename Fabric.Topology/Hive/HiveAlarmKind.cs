namespace Fabric.Topology.Hive;

/// <summary>The kinds of alarms.</summary>
public enum HiveAlarmKind : byte
{
    /// <summary>The journal does not hold what this node has followed: a restored backup, or a standby that was behind. Changes were lost.</summary>
    JournalReplaced,

    /// <summary>An entry is damaged, or was written by a newer version; this node stays at the position before it and takes no commands.</summary>
    JournalUnreadable,

    /// <summary>This node's own copy of the replica cannot be read; it was put aside, and the journal is read instead.</summary>
    LocalCopyDamaged,
}
