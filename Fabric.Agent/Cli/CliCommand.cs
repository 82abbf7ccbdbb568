using System.CommandLine;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>One command: a class NAMECommand in this namespace is `fabric name`, and nothing else needs to know of it.</summary>
/// <remarks>Made only when the command line names it, or for help.</remarks>
internal abstract class CliCommand
{
    /// <summary>What it does, in one line.</summary>
    public abstract string Summary { get; }

    /// <summary>Examples and remarks for its help, or empty.</summary>
    public virtual string Details => "";

    /// <summary>Adds its options and arguments.</summary>
    public abstract void Configure(Command command);

    /// <summary>Runs it.</summary>
    /// <exception cref="FabricException">It cannot go on; the reasons are told at the end.</exception>
    public abstract Task<ExitCode> RunAsync(CommandCall call);
}
