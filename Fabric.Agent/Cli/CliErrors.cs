using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>What can go wrong on the command line: FABRIC-3000 to 3999.</summary>
public static class CliErrors
{
    /// <summary>A command, option or argument that does not exist, or one that is missing.</summary>
    public static ErrorEntry Usage { get; } =
        new(
            3001,
            "command line not understood",
            "The command, an option or an argument is not known, or one that is needed is missing.",
            "`fabric --help` lists the commands, `fabric COMMAND --help` the options of one.",
            ExitCode.Usage
        );

    /// <summary>An object that was asked for does not exist.</summary>
    public static ErrorEntry NotFound { get; } =
        new(
            3002,
            "not found",
            "No device has the name that was asked for.",
            "`fabric show` lists what there is. A name of a tenant is written TENANT/NAME.",
            ExitCode.NotFound
        );

    /// <summary>A name that several things bear.</summary>
    public static ErrorEntry Ambiguous { get; } =
        new(
            3003,
            "ambiguous name",
            "Several devices bear the name, in several tenants or of several kinds; or several commands begin like that.",
            "Write the kind and the whole name, such as `fabric show port shop/web1`; of a command as much as no other begins with.",
            ExitCode.Usage
        );

    /// <summary>A file that cannot be read.</summary>
    public static ErrorEntry Unreadable { get; } =
        new(3101, "file cannot be read", "The file does not exist, or may not be read.", "Check the path and its permissions.");

    /// <summary>A folder without descriptions.</summary>
    public static ErrorEntry NoFiles { get; } =
        new(
            3102,
            "no description in the folder",
            "The folder holds no file that ends in .yaml or .yml.",
            "Name another folder, or a file."
        );

    /// <summary>An address of the web that does not give a description.</summary>
    public static ErrorEntry Unfetched { get; } =
        new(
            3103,
            "address cannot be read",
            "The address cannot be reached, refuses, leads to what is not of the web, or answers too much or too late: 16 MB and 30 seconds are the most.",
            "See what `curl -v ADDRESS` says, or save the file and name that."
        );

    /// <summary>No agent answers.</summary>
    public static ErrorEntry NoAgent { get; } =
        new(
            3201,
            "no agent",
            "The command asks the agent of this machine, but none listens on the socket.",
            "Start one by `sudo fabric agent`, or name another socket by --socket. show, export, trace, validate, simulate and diff also work without an agent, on a file: add -f FILE.",
            ExitCode.Unreachable
        );

    /// <summary>The agent's socket may not be used.</summary>
    public static ErrorEntry NotAllowed { get; } =
        new(
            3202,
            "agent's socket not permitted",
            "The agent's socket exists, but this user may not write to it.",
            "Run the command by sudo, or join the group that owns the socket.",
            ExitCode.Unreachable
        );

    /// <summary>The agent broke off.</summary>
    public static ErrorEntry Broken { get; } =
        new(
            3203,
            "the agent broke off",
            "The connection to the agent ended before it had answered, or it answered something else than was asked.",
            "Look into the agent's log, and see that command and agent are of one version: `fabric version`, `fabric status`.",
            ExitCode.Unreachable
        );

    /// <summary>The agent took too long.</summary>
    public static ErrorEntry TooSlow { get; } =
        new(
            3204,
            "the agent did not answer in time",
            "The agent accepted the connection but gave no answer in time.",
            "Look into the agent's log.",
            ExitCode.TimedOut
        );

    /// <summary>The agent cannot do it now.</summary>
    public static ErrorEntry Unavailable { get; } =
        new(
            3205,
            "the agent cannot do this now",
            "The agent understood the call but cannot store a change: its journal cannot be written. It goes on to forward packets.",
            "Mend what the message names, such as a full disk, and run the command again."
        );

    /// <summary>Stored, but not everywhere in force.</summary>
    public static ErrorEntry NotInForce { get; } =
        new(
            3206,
            "stored, not in force yet",
            "The change is in the journal and will not be lost, but not all hosts that it concerns decide their packets by it yet.",
            "Nothing needs to be repeated. `fabric status` shows how far each host is; `fabric apply --wait` waits again.",
            ExitCode.NotInForce
        );

    /// <summary>The output cannot be written.</summary>
    public static ErrorEntry Unwritable { get; } =
        new(
            3301,
            "output cannot be written",
            "The output file or pipe does not take the data: disk full, or closed.",
            "Free some space, or write elsewhere."
        );

    /// <summary>Our mistake.</summary>
    public static ErrorEntry Bug { get; } =
        new(
            3901,
            "a mistake of ours",
            "The command met something that should not be possible.",
            "Please report it, with the file that it names."
        );
}
