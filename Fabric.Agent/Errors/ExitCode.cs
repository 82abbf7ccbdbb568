namespace Fabric.Agent.Errors;

/// <summary>How the command ends, as scripts see it.</summary>
/// <remarks>`fabric diff` alone differs, as diff(1) does: 0 same, 1 different, 2 or more failed.</remarks>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Not done, or the answer is no.</summary>
    Failed = 1,

    /// <summary>The command line is not understood.</summary>
    Usage = 2,

    /// <summary>Something that was named does not exist.</summary>
    NotFound = 3,

    /// <summary>Something else has it, or changed it meanwhile.</summary>
    Conflict = 4,

    /// <summary>The agent cannot be reached.</summary>
    Unreachable = 5,

    /// <summary>Waited for something that did not happen in time.</summary>
    TimedOut = 6,

    /// <summary>Stored, but not in force yet.</summary>
    NotInForce = 65,
}
