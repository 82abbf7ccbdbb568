using Fabric.Agent.Errors;
using Fabric.Topology.Journal;

namespace Fabric.Agent.Cli.Journals;

/// <summary>What can go wrong with journals and their backups: FABRIC-4300 to 4399.</summary>
public static class JournalErrors
{
    /// <summary>It cannot be reached.</summary>
    public static ErrorEntry Unreachable { get; } =
        new(
            4301,
            "journal cannot be reached",
            "The journal cannot be opened, read or written just now: a server that does not answer, a wrong password, permissions, a full disk. Nothing was changed.",
            "Do what the details say, and run the command again.",
            ExitCode.Unreachable
        );

    /// <summary>What it holds is not sound.</summary>
    public static ErrorEntry NotSound { get; } =
        new(
            4302,
            "journal is not sound",
            "An entry or a snapshot of the journal or backup is damaged, missing, or was written by a newer version; or it is no journal at all. Nothing was changed.",
            "Use another backup, or, if the details say so, a newer version. Do not delete what is there: all entries before the one that is named are good."
        );

    /// <summary>The target holds something.</summary>
    public static ErrorEntry NotEmpty { get; } =
        new(
            4303,
            "journal is not empty",
            "A backup is restored into an empty journal only: what is there would be lost.",
            "Name a file that does not exist, or a new database, by --journal, and restore before an agent uses it.",
            ExitCode.Conflict
        );

    /// <summary>The backup is there already.</summary>
    public static ErrorEntry Exists { get; } =
        new(
            4304,
            "backup exists",
            "There is a file of that name already, and it may be the only good backup.",
            "Name another file.",
            ExitCode.Conflict
        );

    /// <summary>There is no such backup.</summary>
    public static ErrorEntry NoBackup { get; } =
        new(4305, "no such backup", "The file to restore from does not exist.", "Check the path.", ExitCode.NotFound);

    /// <summary>How people are told of a failure of a journal.</summary>
    internal static FabricException Of(JournalException failure, string what) =>
        new(failure.Failure == JournalFailure.Unreadable ? NotSound : Unreachable, what, failure.Message);
}
