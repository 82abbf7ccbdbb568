using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli.Undoing;

/// <summary>Why a change cannot be undone: FABRIC-3600 to 3699.</summary>
public static class UndoErrors
{
    /// <summary>Somebody changed the same device later.</summary>
    public static ErrorEntry ChangedSince { get; } =
        new(
            3601,
            "changed again since",
            "A device of the change that is to be undone was changed again by a later one, which would be undone with it.",
            "Undo the later change first: `fabric events --filter NAME` tells which it is. Or change the device by `fabric apply`.",
            ExitCode.Conflict
        );

    /// <summary>There is no such change.</summary>
    public static ErrorEntry NoSuchChange { get; } =
        new(
            3602,
            "no such change",
            "The journal has not come to the position.",
            "`fabric events` lists the changes with their positions.",
            ExitCode.NotFound
        );
}
