namespace Fabric.Topology.Journal;

/// <summary>The ways in which a journal fails, told apart by what the caller may conclude.</summary>
public enum JournalFailure : byte
{
    /// <summary>It cannot be reached or is too busy; nothing was stored; trying again later is right.</summary>
    Away,

    /// <summary>It took a commit and its answer was lost; the entries are stored or they are not, all or none: look the requests up.</summary>
    OutcomeUnknown,

    /// <summary>It has no room left; nothing was stored.</summary>
    Full,

    /// <summary>What it holds is damaged, or was made by a newer version; nothing was stored and nothing may be overwritten.</summary>
    Unreadable,
}
