using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Agent.Errors;
using Fabric.Agent.Lab;

namespace Fabric.Agent.Cli;

/// <summary>`fabric lab`.</summary>
internal sealed class LabCommand : CliCommand
{
    private const ushort BlockedPort = 23;

    private readonly Argument<string> _verb = new("verb") { Description = "up, down, demo or exec." };

    private readonly Argument<string[]> _words = new("words")
    {
        Description = "Of exec: the station's port, and after -- the command to run there.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _name = new("--name")
    {
        Description = "What the lab is called: 1 to 6 characters of a-z and 0-9.",
        HelpName = "NAME",
        DefaultValueFactory = _ => LabName.Default.Text,
    };

    private readonly Option<DatapathKind> _datapath = new("--datapath")
    {
        Description = "What its agent forwards by: user, or kernel (the Open vSwitch module).",
        HelpName = "KIND",
    };

    private readonly Option<int> _hosts = new("--hosts")
    {
        Description = $"Hosts, each with an agent: 1, or up to {LabPlan.MaxHosts} in namespaces of their own.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _ports = new("--ports")
    {
        Description =
            $"Ports, spread over the hosts: {LabPlan.MinPorts} to {LabPlan.MaxPorts}; as many as hosts, but {LabPlan.MinPorts} at least, if not said.",
        HelpName = "COUNT",
    };

    /// <inheritdoc/>
    public override string Summary => "Brings up a whole virtual network on this machine, and takes it down again without a trace.";

    /// <inheritdoc/>
    public override string Details =>
        "up: two bridges, a router and four ports, each with a network namespace for a guest, by an agent of its own. demo: up, then checks by real packets, then down. exec PORT -- COMMAND: runs a command as the port's station. Needs root.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _verb.AcceptOnlyFromAmong("up", "down", "demo", "exec");
        command.Arguments.Add(_verb);
        command.Arguments.Add(_words);
        command.Validators.Add(Check);
        command.Options.Add(_name);
        command.Options.Add(_datapath);
        command.Options.Add(_hosts);
        command.Options.Add(_ports);
        _datapath.WantOneOf();
        _hosts.Want<int>($"1 to {LabPlan.MaxHosts}", count => count is >= 1 and <= LabPlan.MaxHosts);
        _ports.Want<int>($"{LabPlan.MinPorts} to {LabPlan.MaxPorts}", count => count is >= LabPlan.MinPorts and <= LabPlan.MaxPorts);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var text = call.Line.GetValue(_name)!;
        if (!LabName.TryParse(text, out var name))
            throw new FabricException(LabErrors.BadName, $"'{text}' cannot name a lab");
        var plan = new LabPlan(name, call.Line.GetValue(_hosts), call.Line.GetValue(_ports));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopInstead);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, StopInstead);
        var stoppable = call with { Cancellation = stop.Token };
        return call.Line.GetValue(_verb) switch
        {
            "up" => await UpAsync(plan, stoppable),
            "down" => Down(name, call),
            "exec" => Exec(name, call.Line.GetValue(_words)!),
            _ => await DemoHost.RunAsync(plan, call.Line.GetValue(_datapath), stoppable),
        };

        void StopInstead(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private async Task<ExitCode> UpAsync(LabPlan plan, CommandCall call)
    {
        var name = plan.Name;
        var lab = await LabUpHost.RunAsync(plan, call.Line.GetValue(_datapath), call.Cancellation);
        using var pings = new ReachHost(lab.Guests);
        pings.WaitForFirstOf(name, patience: null, call.Cancellation);
        call.Note($"lab '{name}' is up: the first ping was answered {LabClock.SinceStart().TotalSeconds:0.00} s after the start");
        var reaches = pings.Measure(call.Cancellation);
        if (ReachListing.Of(lab.Guests, reaches) is { } listing)
        {
            call.Note("round trips by IPv4 / IPv6:");
            call.Write(listing);
        }
        else
            call.Note(
                $"{reaches.Count(reach => reach.RoundTrip is not null)} of {reaches.Length} pings between neighbors in the list of ports are answered"
            );
        await call.Terminal.Out.FlushAsync(call.Cancellation);
        var packet = WhyHost.Packet(lab.Guest("web1"), lab.Guest("db1"), IpFamily.V4, BlockedPort);
        call.Note($"web1 to db1, tcp/{BlockedPort}: {await WhyHost.AskAsync(name, packet, call.Cancellation)}");
        var command = LabHints.CommandOf(Environment.GetEnvironmentVariable("PATH"), Environment.ProcessPath, File.Exists);
        call.Note("next, as root:");
        foreach (var line in LabHints.Of(lab, command))
            call.Note($"  {line}");
        return reaches.All(reach => reach.RoundTrip is not null) ? ExitCode.Ok : ExitCode.Failed;
    }

    private void Check(CommandResult result)
    {
        var isExec = result.GetValue(_verb) == "exec";
        var words = result.GetValue(_words)?.Length ?? 0;
        if (isExec && words < 2)
            result.AddError("exec wants a port and a command: fabric lab exec web1 -- ping 10.2.0.11");
        else if (!isExec && words > 0)
            result.AddError($"`fabric lab {result.GetValue(_verb)}` takes no '{result.GetValue(_words)![0]}' here");
    }

    private static ExitCode Exec(LabName name, string[] words)
    {
        LabExecHost.Become(name, words[0], words[1..]);
        return ExitCode.Ok;
    }

    private static ExitCode Down(LabName name, CommandCall call)
    {
        call.Note(
            LabDownHost.Run(name) is { } removed
                ? $"lab '{name}' is down: {removed.Processes} processes, {removed.Interfaces} interfaces and {removed.Namespaces} namespaces removed"
                : $"there is no lab '{name}'"
        );
        return ExitCode.Ok;
    }
}
