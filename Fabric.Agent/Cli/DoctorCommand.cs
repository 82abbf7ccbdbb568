using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Health;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric doctor`.</summary>
internal sealed class DoctorCommand : CliCommand
{
    internal static readonly ImmutableArray<Column> Columns = [new("check"), new("result"), new("found"), new("fix", IsWide: true)];

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only what is not as it should be." };

    /// <inheritdoc/>
    public override string Summary => "Looks whether this machine and its agent are as they should be, and says what to do where not.";

    /// <inheritdoc/>
    public override string Details =>
        "Changes nothing. What an agent counts since its start, such as refused flows, is a warning also when it was long ago. Exit code 1 if a check failed; warnings alone end with 0.";

    /// <summary>All checks, in the order in which they are told.</summary>
    public static ImmutableArray<Check> Checks => [.. MachineChecks.All, .. AgentChecks.All];

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Options.Add(_quiet);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var facts = await DoctorHost.GatherAsync(call.Socket, call.Cancellation);
        var outcomes = Checks.Select(check => check.Run(facts)).ToList();
        var told = outcomes.Where(outcome => !call.Line.GetValue(_quiet) || outcome.Result is CheckResult.Warning or CheckResult.Failed);
        call.Write(new Listing("check", Columns, [.. told.Select(Row)]));
        var bad = outcomes.Where(outcome => outcome.Result is CheckResult.Warning or CheckResult.Failed).ToList();
        await call.Terminal.Out.FlushAsync(call.Cancellation);
        if (call.Format is null or OutputFormat.Table or OutputFormat.Text)
        {
            foreach (var outcome in bad)
                call.Note($"{outcome.Check.Name}: {outcome.Found}\n  do:  {outcome.Check.Fix}");
        }
        var failed = bad.Count(outcome => outcome.Result == CheckResult.Failed);
        call.Note($"{outcomes.Count} checks: {failed} failed, {bad.Count - failed} warnings");
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>What is good needs no fix.</summary>
    private static ImmutableArray<JsonNode?> Row(CheckOutcome outcome) =>
        [
            outcome.Check.Name,
            outcome.Result.ToString().ToLowerInvariant(),
            outcome.Found,
            outcome.Result is CheckResult.Warning or CheckResult.Failed ? outcome.Check.Fix : null,
        ];
}
