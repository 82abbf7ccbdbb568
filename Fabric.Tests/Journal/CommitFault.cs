namespace Fabric.Tests.Journal;

/// <summary>The ways in which a commit of a <see cref="MemoryJournal"/> can go wrong.</summary>
internal enum CommitFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Refused for certain, before anything was stored.</summary>
    Refused,

    /// <summary>No room.</summary>
    Full,

    /// <summary>Stored, and then the answer was lost.</summary>
    AnswerLostAfterStoring,

    /// <summary>The connection broke first: nothing is stored, and the writer cannot know.</summary>
    AnswerLostBeforeStoring,

    /// <summary>The writer hears nothing; the commit takes place later, and holds the head until then.</summary>
    StoredLate,
}
