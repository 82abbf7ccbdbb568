using System.CommandLine;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Errors;
using Fabric.Flows;

namespace Fabric.Agent.Cli;

/// <summary>`fabric explain`.</summary>
internal sealed class ExplainCommand : CliCommand
{
    private readonly Argument<string> _topic = new("topic")
    {
        Description = "An error code, a sort of map of fabric.yaml, or one of its keys.",
        HelpName = "TOPIC",
    };

    /// <inheritdoc/>
    public override string Summary => "Explains an error code or a key of fabric.yaml.";

    /// <inheritdoc/>
    public override string Details =>
        "Examples: fabric explain FABRIC-1104, fabric explain fabric.yaml, fabric explain bridge, fabric explain bridge.subnet";

    /// <inheritdoc/>
    public override void Configure(Command command) => command.Arguments.Add(_topic);

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(CommandCall call)
    {
        var topic = call.Line.GetValue(_topic)!;
        call.Terminal.Out.WriteLine(ExplainError(topic) ?? ShapeText.Explain(topic) ?? throw Unknown(topic));
        return Task.FromResult(ExitCode.Ok);
    }

    private static string? ExplainError(string topic) =>
        ErrorCatalogue.Find(topic) is { } entry
            ? $"{entry.Code}: {entry.Title}\n\n{entry.Meaning}\n\nWhat to do: {entry.Remedy}\n\nExit code: {(int)entry.Exit}"
            : null;

    private static FabricException Unknown(string topic)
    {
        var topics = ErrorCatalogue.All.Select(entry => entry.Code).Concat(ShapeText.Topics);
        var nearest = NearestWord.Find(topic, topics);
        var remedy = nearest is null
            ? $"the topics are error codes and {string.Join(", ", ShapeText.Sorts)}"
            : $"did you mean '{nearest}'?";
        return new FabricException(CliErrors.NotFound, $"there is nothing to explain under '{topic}'", remedy: remedy);
    }
}
