using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Fabric.Agent.Alarms;
using Fabric.Agent.Api;
using Fabric.Agent.Cli.Completion;
using Fabric.Agent.Cli.Journals;
using Fabric.Agent.Datapaths.OpenVSwitch;
using Fabric.Agent.Errors;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Agent.Metrics;
using Fabric.Agent.Peers;
using Fabric.Agent.Upcalls;
using Fabric.Bindings;
using Fabric.Devices;
using Fabric.Topology.Hive;
using Fabric.Topology.Journal;
using Fabric.Topology.Membership;

namespace Fabric.Agent.Cli;

/// <summary>`fabric agent`: the daemon.</summary>
internal sealed partial class AgentCommand : CliCommand
{
    private const string States = "/var/lib/fabric";

    private readonly Option<string> _journal = SharedOptions.Journal();

    private readonly Option<string> _hive = new("--hive")
    {
        Description =
            "How the agents agree: sql (the database orders changes), or akka (a cluster on Akka.NET does, if this program has it).",
        HelpName = "KIND",
        DefaultValueFactory = _ => HiveFactories.Default,
    };

    private readonly Option<string?> _hiveConfig = new("--hive-config")
    {
        Description = "A file of settings for the kind of hive, in words of its own; for akka HOCON.",
        HelpName = "PATH",
    };

    private readonly Option<string> _host = new("--host")
    {
        Description = "This host's name in the description; it is entered there if it is new.",
        HelpName = "NAME",
        DefaultValueFactory = _ => MachineHost.DefaultName,
    };

    private readonly Option<string?> _state = new("--state")
    {
        Description =
            $"A folder of this agent's own: its copy of the network, with which it starts while the journal is away; {States}/HOST.",
        HelpName = "PATH",
    };

    private readonly Option<DatapathKind> _datapath = new("--datapath")
    {
        Description = "What forwards packets: user (packet sockets, needs root), kernel (the Open vSwitch module, needs root), or none.",
        HelpName = "KIND",
    };

    private readonly Option<string> _datapathName = new("--datapath-name")
    {
        Description = "What the kernel's datapath is called, and its interface in this host.",
        HelpName = "NAME",
        DefaultValueFactory = _ => AgentOptions.DefaultDatapathName,
    };

    private readonly Option<int> _flowLimit = new("--flow-limit")
    {
        Description = "Flows that the datapath holds at most; when it gets full the idle leave sooner.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => PacketPath.DefaultFlowLimit,
    };

    private readonly Option<int> _upcallThreads = new("--upcall-threads")
    {
        Description = "Threads that decide about packets that the kernel's datapath has no flow for.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => new AgentOptions().UpcallThreads,
    };

    private readonly Option<UpcallDispatch> _upcallDispatch = new("--upcall-dispatch")
    {
        Description = "What decides which thread a packet comes to: port (fair between ports), or processor.",
        HelpName = "BY",
    };

    private readonly Option<ushort> _tunnelPort = new("--tunnel-port")
    {
        Description = "The UDP port where hosts listen to each other (VXLAN); the same at all hosts.",
        HelpName = "PORT",
        DefaultValueFactory = _ => new AgentOptions().TunnelPort,
    };

    private readonly Option<bool> _tunnelDscp = new("--tunnel-copy-dscp")
    {
        Description = "Gives packets in tunnels the DSCP of what is in them, by which routers of the underlay may prefer some; else 0.",
    };

    private readonly Option<int> _bfdInterval = new("--bfd-interval")
    {
        Description = "Milliseconds between two questions to a host in use whether the way to it is up; 0 asks none, and all count as up.",
        HelpName = "MILLISECONDS",
        DefaultValueFactory = _ => (int)ProbeTiming.Default.Interval.TotalMilliseconds,
    };

    private readonly Option<int> _bfdMultiplier = new("--bfd-multiplier")
    {
        Description = "Answers that may stay out before the way is down.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => ProbeTiming.Default.Multiplier,
    };

    private readonly Option<ushort> _peerPort = new("--peer-port")
    {
        Description = "The UDP port where agents listen to each other, at this host's underlay addresses only; the same at all hosts.",
        HelpName = "PORT",
        DefaultValueFactory = _ => PeerSocket.DefaultPort,
    };

    private readonly Option<string> _roles = new("--role")
    {
        Description = $"The duties that this host takes a share of: all, or some of {RoleNames.All}, with commas between.",
        HelpName = "ROLES",
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<string?> _follow = new("--follow")
    {
        Description =
            "Hosts whose agents tell this one of changes while they live, best first, with commas between; else the database does.",
        HelpName = "HOSTS",
        CompletionSources = { LiveNames.Hosts },
    };

    private readonly Option<string?> _webhook = new("--webhook")
    {
        Description = "An address, http or https, that is told of alarms when they begin and end: a POST of JSON each, tried three times.",
        HelpName = "URL",
    };

    private readonly Option<string?> _otlp = new("--otlp")
    {
        Description =
            "A collector of OpenTelemetry, http or https, that is told the agent's metrics each minute: OTLP over HTTP, at /v1/metrics under it.",
        HelpName = "URL",
    };

    private readonly Option<bool> _teardown = new("--teardown")
    {
        Description = "Removes the kernel's datapath, its ports and flows, and ends. No agent may run on it.",
    };

    /// <inheritdoc/>
    public override string Summary => "Runs this host's agent until it is told to stop.";

    /// <inheritdoc/>
    public override string Details =>
        "Listens on the unix socket of --socket only. Logs are lines of JSON on standard error. "
        + "The kernel's datapath goes on forwarding when the agent ends, and the next agent takes its flows over; --teardown removes it.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_journal);
        command.Options.Add(_hive);
        command.Options.Add(_hiveConfig);
        command.Options.Add(_host);
        command.Options.Add(_state);
        command.Options.Add(_datapath);
        command.Options.Add(_datapathName);
        command.Options.Add(_flowLimit);
        command.Options.Add(_upcallThreads);
        command.Options.Add(_upcallDispatch);
        command.Options.Add(_tunnelPort);
        command.Options.Add(_tunnelDscp);
        command.Options.Add(_bfdInterval);
        command.Options.Add(_bfdMultiplier);
        command.Options.Add(_peerPort);
        command.Options.Add(_roles);
        command.Options.Add(_follow);
        command.Options.Add(_webhook);
        command.Options.Add(_otlp);
        command.Options.Add(_teardown);
        _host.Want<string>("1 to 63 letters, digits, '-', '_' or '.', a letter or digit first", name => DeviceName.IsLegalPart(name));
        _datapath.WantOneOf();
        _upcallDispatch.WantOneOf();
        _tunnelPort.Want<ushort>("a port from 1 to 65535", port => port > 0);
        _bfdInterval.Want<int>("0, or 10 to 60000 milliseconds", interval => interval is 0 or (>= 10 and <= 60_000));
        _bfdMultiplier.Want<int>("1 to 50 answers", count => count is >= 1 and <= 50);
        _peerPort.Want<ushort>("a port from 1 to 65535", port => port > 0);
        _roles.Want<string>($"all, or some of {RoleNames.All}", roles => RoleNames.TryParse(roles, out _));
        _follow.Want<string>("names of hosts with commas between", hosts => hosts.Split(',').All(host => DeviceName.IsLegalPart(host)));
        _upcallThreads.Want<int>("1 to 64 threads", count => count is >= 1 and <= 64);
        _webhook.Want<string>("an address that begins with http:// or https://", address => WebhookOf(address) is not null);
        _otlp.Want<string>(
            "an address that begins with http:// or https:// and has no '?'",
            address => OtlpEndpoint.AddressOf(address) is not null
        );
        _flowLimit.Want<int>("1000 flows or more", count => count >= 1_000);
        _datapathName.Want<string>("a name of 1 to 15 characters", name => name.Length is >= 1 and <= 15);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        if (call.Line.GetValue(_teardown))
            return TearDown(call);
        var journal = call.Line.GetValue(_journal)!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        using var terminated = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        );
        var state = StateFolder(call);
        var kind = JournalPlace.FactoryOf(call.Line.GetValue(_hive)!);
        var words = await ReadConfigurationAsync(call.Line.GetValue(_hiveConfig), call.Cancellation);
        using var claim = AgentClaimHost.Take(call.Socket, state, journal);
        var warm = Task.Run(WarmupRunner.Run, stop.Token);
        var key = LoadKey(state);
        var inForce = new InForceGauge();
        var options = HiveOptions(call, state, key) with { InForce = inForce, Configuration = words };
        await using var hive = await OpenHiveAsync(kind, journal, options, stop.Token);
        var self = await EnterAsync(hive, call.Line.GetValue(_host)!, key.Public, stop.Token);
        await using var agent = StartAgent(hive, self, Options(call) with { InForce = inForce });
        await warm;
        await using var api = await StartApiAsync(agent, call, stop.Token);
        await using var telemetry = StartTelemetry(agent, call);
        ServiceNotice.Send(ServiceNotice.Ready);
        Log(
            call,
            "info",
            "ready",
            ("socket", call.Socket),
            ("hive", kind.Name),
            ("journal", PostgresAddress.Show(journal)),
            ("state", state)
        );
        if (agent.RestoredConnections is > 0 and var known)
            Log(call, "info", $"{known} connections of the agent before go on");
        if (hive.Health.Failure is { } away)
            Log(call, "warning", $"started from the copy of the network in {state}, at position {hive.Replica.Topology.Position}: {away}");
        var stopped = Task.Delay(Timeout.Infinite, stop.Token);
        var ended = await Task.WhenAny(
            stopped,
            agent.Failure,
            agent.Ports.Completion,
            agent.Checks?.Completion ?? stopped,
            agent.Exchange?.Completion ?? stopped,
            hive.Completion
        );
        ServiceNotice.Send(ServiceNotice.Stopping);
        if (ended == stopped)
        {
            Log(call, "info", "stopping");
            return ExitCode.Ok;
        }
        // A part that failed by a bug of ours: whoever supervises starts a fresh agent, and the datapath's decisions are made anew.
        Log(call, "critical", ended.Exception?.GetBaseException().ToString() ?? "a part of the agent ended");
        return ExitCode.Failed;
    }

    private AgentOptions Options(CommandCall call) =>
        new()
        {
            Datapath = call.Line.GetValue(_datapath),
            DatapathName = call.Line.GetValue(_datapathName)!,
            FlowLimit = call.Line.GetValue(_flowLimit),
            UpcallThreads = call.Line.GetValue(_upcallThreads),
            UpcallDispatch = call.Line.GetValue(_upcallDispatch),
            TunnelPort = call.Line.GetValue(_tunnelPort),
            CopiesDscp = call.Line.GetValue(_tunnelDscp),
            ConnectionFolder = Path.ChangeExtension(call.Socket, "connections"),
            Warn = problem => Log(call, "warning", problem),
            Liveness = call.Line.GetValue(_bfdInterval) is > 0 and var interval
                ? new ProbeTiming(TimeSpan.FromMilliseconds(interval), (byte)call.Line.GetValue(_bfdMultiplier))
                : null,
        };

    private ExitCode TearDown(CommandCall call)
    {
        var name = call.Line.GetValue(_datapathName)!;
        try
        {
            call.Note(OpenVSwitchDatapath.Remove(name) ? $"datapath '{name}' is removed" : $"there is no datapath '{name}'");
            return ExitCode.Ok;
        }
        catch (LinuxException failure)
        {
            throw new FabricException(AgentErrors.CannotStart, $"datapath '{name}' cannot be removed", failure.Message);
        }
    }

    /// <summary>The folder of what this agent keeps for itself; one for each name of a host, so that several agents may run on a machine.</summary>
    private string StateFolder(CommandCall call) => call.Line.GetValue(_state) ?? Path.Combine(States, call.Line.GetValue(_host)!);

    private static AgentHost StartAgent(IHive hive, HostId self, AgentOptions options)
    {
        try
        {
            return AgentHost.Start(hive, self, options, TimeProvider.System);
        }
        catch (LinuxException failure)
        {
            throw new FabricException(AgentErrors.CannotStart, "the agent cannot start its datapath", failure.Message);
        }
    }

    private static Uri? WebhookOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") ? uri : null;

    private async Task<ApiHost> StartApiAsync(AgentHost agent, CommandCall call, CancellationToken cancellation)
    {
        try
        {
            var alarms = new AlarmOptions
            {
                Webhook = WebhookOf(call.Line.GetValue(_webhook)),
                Folder = StateFolder(call),
                Warn = problem => Log(call, "warning", problem),
            };
            return await ApiHost.StartAsync(agent, call.Socket, cancellation, alarms);
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or SocketException or UnauthorizedAccessException)
        {
            throw new FabricException(AgentErrors.CannotStart, $"the agent cannot listen on {call.Socket}", failure.Message);
        }
    }

    private OtlpLoop? StartTelemetry(AgentHost agent, CommandCall call) =>
        agent.Telemetry = OtlpEndpoint.AddressOf(call.Line.GetValue(_otlp)) is { } collector
            ? new OtlpLoop(collector, () => MetricsPath.ReadAsync(agent), problem => Log(call, "warning", problem), TimeProvider.System)
            : null;

    private static void Log(CommandCall call, string level, string message, params (string Key, string Value)[] fields)
    {
        var line = new JsonObject
        {
            ["time"] = DateTimeOffset.UtcNow.ToString("O"),
            ["level"] = level,
            ["message"] = message,
        };
        foreach (var (key, value) in fields)
            line[key] = value;
        lock (call.Terminal.Error)
        {
            call.Terminal.Error.WriteLine(line.ToJsonString());
            call.Terminal.Error.Flush();
        }
    }
}
