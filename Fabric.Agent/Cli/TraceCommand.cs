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
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _again = new("--again")
    {
        Description =
            "A trace as `-o json` wrote it, - for standard input: its packet is traced again, at its position of the journal and with what was known then. Exit code 1 if it goes another way.",
        HelpName = "FILE",
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
        command.Options.Add(_again);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_packet)?.Tokens.Count > 0 == result.GetResult(_again) is not null)
                result.AddError("name either a packet or --again FILE");
        });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var record = call.Line.GetValue(_again) is { } file ? (await SourceHost.ReadFileAsync(file, call)).Text : null;
        var packet = record ?? call.Line.GetValue(_packet)!;
        var report = call.Line.GetValue(_files) is { Length: > 0 } files
            ? await TryAsync(files, packet, call)
            : await AskAsync(packet, call);
        if (call.Format is OutputFormat.Json)
            call.Terminal.Out.WriteLine(JsonText.Format(report));
        else if (call.Format is OutputFormat.Yaml)
            YamlData.Write(report, call.Terminal.Out);
        else
            TrialText.Write(report, call.Terminal.Out);
        if (report["error"] is not null)
            return ExitCode.Failed;
        return record is null || IsAsRecorded(report, record, call) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static bool IsAsRecorded(JsonObject report, string record, CommandCall call)
    {
        var (now, then) = (Lines(report), Lines(RecordedTrace.Parse(record).Report));
        var same = now.Zip(then, string.Equals).TakeWhile(alike => alike).Count();
        var isSame = same == now.Length && same == then.Length;
        call.Terminal.Error.WriteLine(
            isSame ? "as recorded" : $"not as recorded: there it went on with: {then.ElementAtOrDefault(same)?.Trim() ?? "nothing"}"
        );
        return isSame;
    }

    private static string[] Lines(JsonObject report) => TrialText.Of(report).TrimEnd('\n').Split('\n');

    private static async Task<JsonObject> AskAsync(string packet, CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        return await agent.TraceAsync(packet, call.Cancellation);
    }

    private static async Task<JsonObject> TryAsync(string[] files, string packet, CommandCall call)
    {
        var (topology, _) = await NetworkHost.ReadAsync(files, call);
        if (!RecordedTrace.IsOne(packet))
            return TrialJson.Of(topology, LearnedSnapshot.Empty, NoConnections.Instance, packet);
        try
        {
            return RecordedTrace.Parse(packet).TraceIn(topology);
        }
        catch (FormatException wrong)
        {
            return TrialJson.Of(1, PacketErrors.IsNoRecord(wrong));
        }
    }
}
