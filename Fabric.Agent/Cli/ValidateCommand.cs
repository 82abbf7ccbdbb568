using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Description;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric validate`.</summary>
internal sealed class ValidateCommand : CliCommand
{
    private readonly Option<string[]> _files = SharedOptions.Files();

    /// <inheritdoc/>
    public override string Summary => "Checks a description, and runs its expectations, without an agent.";

    /// <inheritdoc/>
    public override string Details =>
        "Problems go to standard error, with file, line and column. -o table, json, yaml or csv lists the expectations with what came of them.";

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Options.Add(_files);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var (topology, description) = await NetworkHost.ReadAsync(call.Line.GetValue(_files)!, call);
        var outcomes = ExpectationRun.Of(topology, description.Expectations);
        if (call.Format is not null)
            call.Write(ListingOf(outcomes));
        call.Tell(outcomes.Where(outcome => !outcome.Holds).Select(ExpectationRun.ProblemOf));
        var held = outcomes.Count(outcome => outcome.Holds);
        call.Note($"{topology.Names.Count} devices, {held} of {outcomes.Length} expectations hold");
        return held == outcomes.Length ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>The expectations with what came of them.</summary>
    internal static Listing ListingOf(ImmutableArray<ExpectationOutcome> outcomes) =>
        new(
            "expectation",
            [new("name"), new("asked"), new("holds", Kind: ColumnKind.Truth), new("found"), new("why"), new("at", IsWide: true)],
            [
                .. outcomes.Select(outcome =>
                    (ImmutableArray<JsonNode?>)
                        [outcome.Expectation.Name, outcome.Asked, outcome.Holds, outcome.Found, outcome.Why, $"{outcome.Expectation.At}"]
                ),
            ]
        );
}
