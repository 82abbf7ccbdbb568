using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Trials;
using Fabric.Agent.Errors;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric simulate`.</summary>
internal sealed class SimulateCommand : CliCommand
{
    private readonly Option<string[]> _files = SharedOptions.Files();

    private readonly Option<string> _packets = new("--packets", "-p")
    {
        Description = "The packets, one a line; - for standard input.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<bool> _stateless = new("--stateless")
    {
        Description = "No packet sees what another taught: MAC addresses, neighbors, connections.",
    };

    /// <inheritdoc/>
    public override string Summary => "Tells what the described network does to packets, without an agent.";

    /// <inheritdoc/>
    public override string Details =>
        "A line is a packet in the notation of ofproto/trace: in_port=shop/web1,tcp,nw_dst=10.2.0.11,tp_dst=80. "
        + "at=1.5s says when it comes in, since the first one. Blank lines and lines that begin with # are passed over. -o json writes one JSON object a line, as docs/simulate.md describes.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_packets);
        command.Options.Add(_stateless);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var (topology, _) = await NetworkHost.ReadAsync(call.Line.GetValue(_files)!, call);
        var packets = await SourceHost.ReadFileAsync(call.Line.GetValue(_packets)!, call);
        var trial = new PacketTrial(topology, call.Line.GetValue(_stateless));
        var exit = ExitCode.Ok;
        foreach (var report in Reports(topology, trial, packets, call.Cancellation))
        {
            if (report["error"] is not null)
                exit = ExitCode.Failed;
            Write(report, call);
        }
        return exit;
    }

    private static IEnumerable<JsonObject> Reports(
        TopologySnapshot topology,
        PacketTrial trial,
        SourceText packets,
        CancellationToken cancellation
    )
    {
        var reader = new PacketLine(topology);
        for (var number = 1; number <= packets.LineCount; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var line = packets.Line(number);
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith('#'))
                continue;
            var at = new SourcePosition(packets, number, 1);
            var packet = reader.Read(line, at, out var problem);
            if (packet?.At < trial.Now)
                problem = PacketErrors.IsTooEarly(at with { Column = line.IndexOf("at=", StringComparison.Ordinal) + 1 }, trial.Now);
            yield return packet is null || problem is not null
                ? TrialJson.Of(number, problem!)
                : TrialJson.Of(number, trial.Run(packet.Port, packet.Key, packet.Frame, packet.At));
        }
    }

    private static void Write(JsonObject report, CommandCall call)
    {
        if (call.Format is OutputFormat.Json)
            call.Terminal.Out.WriteLine(JsonText.Line(report));
        else
            TrialText.Write(report, call.Terminal.Out);
    }
}
