using System.Buffers;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Capturing;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Errors;
using Fabric.Agent.Lab;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric capture`.</summary>
internal sealed class CaptureCommand : CliCommand
{
    private const int MaxPorts = 16;
    private const string StandardOutput = "-";

    private readonly Argument<string[]> _ports = new("port")
    {
        Description = $"The ports, by name; at most {MaxPorts}, all at this host.",
        HelpName = "PORT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _file = new("--write", "-w")
    {
        Description = "The file to write, or - for standard output.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<long> _count = new("--count", "-c")
    {
        Description = "Ends after so many packets.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => long.MaxValue,
    };

    /// <inheritdoc/>
    public override string Summary => "Captures the packets of ports for Wireshark, each with what the network does with it and why.";

    /// <inheritdoc/>
    public override string Details =>
        "fabric capture web1 -w - | wireshark -k -i -, fabric capture web1 db1 -w packets.pcapng. Ends by Ctrl-C. Needs root. "
        + "The comment of a packet from a station (pkt_comment in Wireshark, frame.comment in tshark) is the verdict with the rule and who added it, as `fabric trace` gives it for such a packet at that moment. "
        + "Packets to a station are as the network has delivered them; what it drops is seen where it came in.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Arguments.Add(_ports);
        command.Options.Add(_file);
        command.Options.Add(_count);
        _count.Want<long>("a number of packets from 1", count => count >= 1);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        await using var agent = AgentSession.Open(call.Socket);
        var ports = await FindAsync(agent, call);
        using var capture = CaptureHost.Open(agent.Process, ports);
        var count = 0L;
        try
        {
            await using var output = Open(call.Line.GetValue(_file)!);
            var head = new ArrayBufferWriter<byte>();
            PcapngWriter.WriteSection(head, $"fabric {VersionCommand.Version}");
            foreach (var (port, link) in ports)
                PcapngWriter.WriteInterface(head, port, $"interface {link}");
            await output.WriteAsync(head.WrittenMemory, call.Cancellation);
            await output.FlushAsync(call.Cancellation);
            call.Note($"capturing at {string.Join(", ", ports.Select(port => port.Port))}; Ctrl-C ends it");
            var verdicts = new VerdictPath(agent, TimeProvider.System);
            count = await capture.RunAsync(output, verdicts, call.Line.GetValue(_count), TimeProvider.System, call.Cancellation);
        }
        catch (IOException gone) when (gone.Message.Contains("Broken pipe", StringComparison.Ordinal))
        {
            // Wireshark was closed.
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new FabricException(CaptureErrors.CannotWrite, $"'{call.Line.GetValue(_file)}' cannot be written", refused.Message);
        }
        call.Note($"{count} packets{(capture.Lost > 0 ? $", {capture.Lost} came too fast and are missing" : "")}");
        return ExitCode.Ok;
    }

    private static Stream Open(string path) => path == StandardOutput ? Console.OpenStandardOutput() : File.Create(path);

    private async Task<IReadOnlyList<(string Port, string Interface)>> FindAsync(IAgentClient agent, CommandCall call)
    {
        var wanted = call.Line.GetValue(_ports)!;
        if (wanted.Length > MaxPorts)
            throw new FabricException(CliErrors.Usage, $"`fabric capture` takes {MaxPorts} ports at most");
        var topology = await agent.TopologyAsync(call.Cancellation);
        var attached = (await agent.ReadAsync("/v1/ports", call.Cancellation))["items"] as JsonArray ?? [];
        return
        [
            .. wanted
                .Select(name => PortSearch.Find(topology, name))
                .Distinct()
                .Select(port =>
                    attached.FirstOrDefault(item => (string?)item!["port"] == $"{port.Name}") is { } item
                        ? ($"{port.Name}", (string)item["interface"]!)
                        : throw new FabricException(
                            CaptureErrors.NotHere,
                            $"port {port.Name} is not attached at this host",
                            WhereIs(topology, port)
                        )
                ),
        ];
    }

    private static string WhereIs(TopologySnapshot topology, Port port) =>
        port.Binding is { } binding && topology.Hosts.TryGetValue(binding.Host, out var host)
            ? $"it is bound to host {host.Name.Name}, interface {binding.Interface}"
            : "it is bound to no host";
}
