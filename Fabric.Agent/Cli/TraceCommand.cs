using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Errors;
using Fabric.Connections;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric trace`.</summary>
internal sealed class TraceCommand : CliCommand
{
    private readonly Argument<string> _packet = new("packet")
    {
        Description = "The packet, such as in_port=shop/web1,tcp,nw_dst=10.2.0.11,tp_dst=80.",
        HelpName = "PACKET",
    };

    private readonly Option<string[]> _files = SharedOptions.Offline();

    /// <inheritdoc/>
    public override string Summary => "Tells step by step what the network does to a packet, and why.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _packet.CompletionSources.Add(LiveNames.Packets);
        command.Arguments.Add(_packet);
        command.Options.Add(_files);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var report = call.Line.GetValue(_files) is { Length: > 0 } files ? await TryAsync(files, call) : await AskAsync(call);
        if (call.Format is OutputFormat.Json)
            call.Terminal.Out.WriteLine(JsonText.Format(report));
        else if (call.Format is OutputFormat.Yaml)
            YamlData.Write(report, call.Terminal.Out);
        else
            TrialText.Write(report, call.Terminal.Out);
        return report["error"] is null ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task<JsonObject> AskAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        return await agent.TraceAsync(call.Line.GetValue(_packet)!, call.Cancellation);
    }

    private async Task<JsonObject> TryAsync(string[] files, CommandCall call)
    {
        var (topology, _) = await NetworkHost.ReadAsync(files, call);
        return TrialJson.Of(topology, LearnedSnapshot.Empty, NoConnections.Instance, call.Line.GetValue(_packet)!);
    }
}
