using System.CommandLine;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Dashboard;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric dashboard`.</summary>
internal sealed class DashboardCommand : CliCommand
{
    private const int DefaultPort = 8440;

    private readonly Option<int> _port = new("--port")
    {
        Description = "The port at 127.0.0.1; 0 takes any that is free.",
        HelpName = "PORT",
        DefaultValueFactory = _ => DefaultPort,
    };

    private readonly Option<bool> _changes = new("--allow-changes")
    {
        Description = "Let the pages change the network; without it they only look.",
    };

    private readonly Option<bool> _metrics = new("--open-metrics")
    {
        Description = "Let all of this machine read /metrics without the token, for Prometheus.",
    };

    /// <inheritdoc/>
    public override string Summary => "Shows the whole network in a browser, until Ctrl-C.";

    /// <inheritdoc/>
    public override string Details =>
        "Prints the address to open; whoever has it may look, so do not pass it on. Listens at 127.0.0.1 only: from elsewhere, `ssh -L 8440:127.0.0.1:8440 HOST`. Any agent shows the whole network.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Options.Add(_port);
        command.Options.Add(_changes);
        command.Options.Add(_metrics);
        _port.Want<int>("a port from 0 to 65535", port => port is >= 0 and <= ushort.MaxValue);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        // Told now rather than by an empty page.
        await using (var agent = AgentSession.Open(call.Socket))
            await agent.StatusAsync(call.Cancellation);
        await using var dashboard = await DashboardHost.StartAsync(
            call.Socket,
            call.Line.GetValue(_port),
            call.Line.GetValue(_changes),
            call.Line.GetValue(_metrics),
            call.Cancellation
        );
        call.Terminal.Out.WriteLine(dashboard.Address);
        await call.Terminal.Out.FlushAsync(call.Cancellation);
        call.Note("open this address in a browser of this machine; Ctrl-C ends it");
        await dashboard.RunAsync(call.Cancellation);
        return ExitCode.Ok;
    }
}
