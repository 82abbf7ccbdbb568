namespace Fabric.Changes;

/// <summary>The kinds of refusals.</summary>
public enum RejectionReason : byte
{
    /// <summary>The command is not well-formed: a value out of range, a name that is not allowed, a condition that can never hold.</summary>
    Invalid,

    /// <summary>A device that the command is about does not exist.</summary>
    NotFound,

    /// <summary>The name is taken by another device of the kind.</summary>
    NameTaken,

    /// <summary>The id is, or was, another device's.</summary>
    IdTaken,

    /// <summary>A device that the change would name does not exist.</summary>
    DanglingReference,

    /// <summary>Another device names this one.</summary>
    StillReferenced,

    /// <summary>Chains would jump in a circle.</summary>
    ChainLoop,

    /// <summary>Two devices would claim one address, interface or peer.</summary>
    Conflict,

    /// <summary>The device was changed since the command was made.</summary>
    VersionConflict,

    /// <summary>The change is of a kind that a member's program does not read yet.</summary>
    TooNew,
}
