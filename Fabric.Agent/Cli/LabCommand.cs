using System.CommandLine;
using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Agent.Errors;
using Fabric.Agent.Lab;

namespace Fabric.Agent.Cli;

/// <summary>`fabric lab`.</summary>
internal sealed class LabCommand : CliCommand
{
    private const ushort BlockedPort = 23;

    private readonly Argument<string> _verb = new("verb") { Description = "up, down or demo." };

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

    /// <inheritdoc/>
    public override string Summary => "Brings up a whole virtual network on this machine, and takes it down again without a trace.";

    /// <inheritdoc/>
    public override string Details =>
        "up: two bridges, a router and four ports, each with a network namespace for a guest, by an agent of its own. demo: up, then checks by real packets, then down. Needs root.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        _verb.AcceptOnlyFromAmong("up", "down", "demo");
        command.Arguments.Add(_verb);
        command.Options.Add(_name);
        command.Options.Add(_datapath);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var text = call.Line.GetValue(_name)!;
        if (!LabName.TryParse(text, out var name))
            throw new FabricException(LabErrors.BadName, $"'{text}' cannot name a lab");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopInstead);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, StopInstead);
        var stoppable = call with { Cancellation = stop.Token };
        return call.Line.GetValue(_verb) switch
        {
            "up" => await UpAsync(name, stoppable),
            "down" => Down(name, call),
            _ => await DemoHost.RunAsync(name, call.Line.GetValue(_datapath), stoppable),
        };

        void StopInstead(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private async Task<ExitCode> UpAsync(LabName name, CommandCall call)
    {
        var lab = await LabUpHost.RunAsync(name, call.Line.GetValue(_datapath), call.Cancellation);
        using var pings = new ReachHost(lab.Guests);
        if (!pings.WaitForFirst(call.Cancellation))
            throw new FabricException(LabErrors.NoPing, $"lab '{name}' is up, but no ping is answered", remedy: $"look into {name.Log}");
        call.Note($"lab '{name}' is up: the first ping was answered {LabClock.SinceStart().TotalSeconds:0.00} s after the start");
        var reaches = pings.Measure(call.Cancellation);
        call.Note("round trips by IPv4 / IPv6:");
        call.Write(ReachListing.Of(lab.Guests, reaches));
        await call.Terminal.Out.FlushAsync(call.Cancellation);
        var packet = WhyHost.Packet(lab.Guest("web1"), lab.Guest("db1"), IpFamily.V4, BlockedPort);
        call.Note($"web1 to db1, tcp/{BlockedPort}: {await WhyHost.AskAsync(name, packet, call.Cancellation)}");
        var command = LabHints.CommandOf(Environment.GetEnvironmentVariable("PATH"), Environment.ProcessPath, File.Exists);
        call.Note("next, as root:");
        foreach (var line in LabHints.Of(lab, command))
            call.Note($"  {line}");
        return reaches.All(reach => reach.RoundTrip is not null) ? ExitCode.Ok : ExitCode.Failed;
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
