using System.Collections.Immutable;
using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric version`.</summary>
internal sealed class VersionCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns = [new("version"), new("runtime"), new("system")];

    /// <inheritdoc/>
    public override string Summary => "Prints the version of this command.";

    /// <summary>The version of this build.</summary>
    public static string Version =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <inheritdoc/>
    public override void Configure(Command command) { }

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(CommandCall call)
    {
        if (call.Format is null or OutputFormat.Table or OutputFormat.Text)
            call.Terminal.Out.WriteLine($"fabric {Version}");
        else
            call.Write(
                new Listing(
                    "version",
                    Columns,
                    [
                        [Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription],
                    ]
                )
            );
        return Task.FromResult(ExitCode.Ok);
    }
}
