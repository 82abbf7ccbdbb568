using System.CommandLine;
using System.Globalization;
using Fabric.Agent.Cli.Client;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Cli.Watching;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>`fabric top`.</summary>
internal sealed class TopCommand : CliCommand
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 10_000;
    private const string ClearScreen = "\e[H\e[2J";

    private readonly Argument<string?> _what = new Argument<string?>("what")
    {
        Description = "ports, drops, rules, devices or links between devices; in a terminal ports and drops if left out, else ports.",
        HelpName = "WHAT",
        Arity = ArgumentArity.ZeroOrOne,
    }.AcceptOnlyFromAmong([.. TopView.All.Select(view => view.Name)]);

    private readonly Option<bool> _once = new("--once")
    {
        Description = "One table, of one interval; as with -o, or if output is no terminal.",
    };

    private readonly Option<double> _interval = new("--interval")
    {
        Description = "The time between two looks.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _limit = new("--limit", "-n")
    {
        Description = $"Rows at most: 1 to {MaxLimit}.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => DefaultLimit,
    };

    private readonly Option<string?> _hosts = SharedOptions.Hosts("the agent's host");

    /// <inheritdoc/>
    public override string Summary => "Shows what the ports of a host carry a second, and what is dropped and why.";

    /// <inheritdoc/>
    public override string Details =>
        "Ends by Ctrl-C. Received (rx) is what came in from a port's station. Counters of rules, devices and flows that drop are as fresh as the agent's last look at its flows, two seconds at most. Several hosts are counted together.";

    /// <inheritdoc/>
    public override void Configure(Command command)
    {
        command.Arguments.Add(_what);
        command.Options.Add(_once);
        command.Options.Add(_interval);
        command.Options.Add(_limit);
        command.Options.Add(_hosts);
        _interval.Want<double>("seconds from 0.1 to 3600", seconds => seconds is >= 0.1 and <= 3600);
        _limit.Want<int>($"1 to {MaxLimit} rows", count => count is >= 1 and <= MaxLimit);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(CommandCall call)
    {
        var isOnce = call.Line.GetValue(_once) || call.Format is not null || !call.Terminal.IsRich;
        var wanted = call.Line.GetValue(_what);
        var views = TopView.All.Where(view =>
            wanted is null ? view.Name == "ports" || (!isOnce && view.Name == "drops") : view.Name == wanted
        );
        await using var agent = AgentSession.Open(call.Socket);
        var top = new TopPath(agent, [.. views], call.Line.GetValue(_limit), TimeProvider.System) { Hosts = call.Line.GetValue(_hosts) };
        var interval = TimeSpan.FromSeconds(call.Line.GetValue(_interval));
        do
        {
            var tables = await top.NextAsync(interval, call.Cancellation);
            if (!isOnce)
                call.Terminal.Out.Write(
                    string.Create(CultureInfo.InvariantCulture, $"{ClearScreen}{DateTime.Now:HH:mm:ss}, a second; Ctrl-C ends it\n")
                );
            foreach (var table in tables)
                call.Write(table);
            if (top.Last is { } answer)
                HostsCall.Note(answer, call);
        } while (!isOnce);
        return ExitCode.Ok;
    }
}
