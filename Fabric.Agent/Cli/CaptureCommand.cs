using System.Buffers;
using System.CommandLine;
using System.Text.Json.Nodes;
using Fabric.Agent.Cli.Capturing;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Errors;
using Fabric.Agent.Lab;
using Fabric.Devices;

namespace Fabric.Agent.Cli;

/// <summary>`fabric capture`.</summary>
internal sealed class CaptureCommand : CliCommand
{
    private const int MaxPorts = 16;
    private const string StandardOutput = "-";

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    private readonly Argument<string[]> _ports = new("port")
    {
        Description = $"The ports, by name, at whatever hosts; at most {MaxPorts}.",
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
        "fabric capture web1 -w - | wireshark -k -i -, fabric capture web1 db1 -w packets.pcapng. Ends by Ctrl-C. Needs root for ports at this host. "
        + "Ports at other hosts are captured by the agents there, and all packets put in the order of the hosts' clocks: each is held back until every host has told what came before it, five seconds at most. "
        + "The comment of a packet from a station (pkt_comment in Wireshark, frame.comment in tshark) is the verdict with the rule and who added it, as `fabric trace` gives it for such a packet at that moment. "
        + "Packets to a station are as the network has delivered them; what it drops is seen where it came in.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _ports.CompletionSources.Add(LiveNames.Ports);
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
        var here = ports.Where(port => port.Host is null).ToArray();
        var verdicts = new VerdictPath(agent.TraceAsync, TimeProvider.System);
        using var capture =
            here.Length == 0 ? null : CaptureHost.Open(agent.Process, [.. here.Select(port => (port.Name, port.Interface))]);
        RemoteCapturePath[] remotes =
        [
            .. ports[here.Length..]
                .Select((port, place) => new RemoteCapturePath(agent, port.Host!, port.Name, here.Length + place, TimeProvider.System)),
        ];
        foreach (var remote in remotes)
            await remote.BeginAsync(call.Cancellation);
        var sources = remotes.Select(remote => (Func<Func<CaptureNews, ValueTask>, CancellationToken, Task>)remote.RunAsync);
        if (capture is not null)
            sources = sources.Append((tell, cancellation) => ListenAsync(capture, verdicts, tell, cancellation));
        Func<Func<CaptureNews, ValueTask>, CancellationToken, Task>[] all = [.. sources];
        var merge = new CaptureMergePath(all, new CaptureWindow(all.Length, s_longest), TimeProvider.System);
        var count = 0L;
        try
        {
            await using var output = Open(call.Line.GetValue(_file)!);
            var head = new ArrayBufferWriter<byte>();
            PcapngWriter.WriteSection(head, $"fabric {VersionCommand.Version}");
            foreach (var port in ports)
                PcapngWriter.WriteInterface(head, remotes.Length == 0 ? port.Name : $"{port.Name}@{port.Host ?? "here"}", port.Description);
            await output.WriteAsync(head.WrittenMemory, call.Cancellation);
            await output.FlushAsync(call.Cancellation);
            call.Note($"capturing at {string.Join(", ", ports.Select(port => port.Name))}; Ctrl-C ends it");
            count = await merge.RunAsync(output, call.Line.GetValue(_count), call.Cancellation);
        }
        catch (IOException gone) when (gone.Message.Contains("Broken pipe", StringComparison.Ordinal))
        {
            // Wireshark was closed.
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new FabricException(CaptureErrors.CannotWrite, $"'{call.Line.GetValue(_file)}' cannot be written", refused.Message);
        }
        var lost = (capture?.Lost ?? 0) + remotes.Sum(remote => remote.Lost);
        call.Note($"{count} packets{(lost > 0 ? $", {lost} came too fast and are missing" : "")}");
        if (remotes.Sum(remote => remote.Restarts) is > 0 and var restarts)
            call.Note($"other hosts began anew {restarts} times; what came just before is missing");
        if (remotes.Sum(remote => remote.Silences) is > 0 and var silences)
            call.Note($"other hosts did not answer {silences} times; they keep what comes meanwhile, as far as they have room");
        return ExitCode.Ok;
    }

    private static async Task ListenAsync(
        CaptureHost capture,
        VerdictPath verdicts,
        Func<CaptureNews, ValueTask> tell,
        CancellationToken cancellation
    )
    {
        await foreach (var news in capture.ReadAsync(verdicts, TimeProvider.System, cancellation))
            await tell(news);
    }

    private static Stream Open(string path) => path == StandardOutput ? Console.OpenStandardOutput() : File.Create(path);

    /// <summary>The ports, those at this host first.</summary>
    private async Task<CapturePlace[]> FindAsync(IAgentClient agent, CommandCall call)
    {
        var wanted = call.Line.GetValue(_ports)!;
        if (wanted.Length > MaxPorts)
            throw new FabricException(CliErrors.Usage, $"`fabric capture` takes {MaxPorts} ports at most");
        var topology = await agent.TopologyAsync(call.Cancellation);
        var answer = await agent.ReadAsync("/v1/ports", call.Cancellation);
        var self = (string?)answer["hosts"]?[0]?["name"];
        var attached = answer["items"] as JsonArray ?? [];
        var places = wanted
            .Select(name => PortSearch.Find(topology, name))
            .Distinct()
            .Select(port => Place(topology, port, self, attached));
        return [.. places.OrderBy(place => place.Host is not null)];
    }

    private static CapturePlace Place(TopologySnapshot topology, Port port, string? self, JsonArray attached)
    {
        if (attached.FirstOrDefault(item => (string?)item!["port"] == $"{port.Name}") is { } item)
            return new CapturePlace($"{port.Name}", null, (string)item["interface"]!);
        var host = port.Binding is { } binding ? topology.Hosts.GetValueOrDefault(binding.Host)?.Name.Name : null;
        if (host is null)
            throw new FabricException(CaptureErrors.NotHere, $"port {port.Name} is attached nowhere", "it is bound to no host");
        var link = port.Binding!.Value.Interface;
        return host == self
            ? throw new FabricException(
                CaptureErrors.NotHere,
                $"port {port.Name} is not attached at this host",
                $"it is bound to interface {link}"
            )
            : new CapturePlace($"{port.Name}", host, link);
    }
}
