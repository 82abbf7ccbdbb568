using System.CommandLine;
using Fabric.Agent.Cli.Client;

namespace Fabric.Agent.Cli;

/// <summary>--wait and --timeout: a command that changes the network ends when the change has come as far as wanted, and tells the time it took.</summary>
internal sealed class WaitOption
{
    private readonly Option<string?> _wait = new("--wait")
    {
        Description =
            "Wait until the change is stored, known to the agents that it concerns, or in force in their dataplane (if no level is given); exit code 65 if it is not in time.",
        HelpName = "LEVEL",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "How many seconds --wait waits at most.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
    };

    /// <summary>Adds both to a command.</summary>
    public void AddTo(Command command)
    {
        _wait.CompletionSources.Add(WaitLevels.Words);
        command.Options.Add(_wait);
        command.Options.Add(_timeout);
        _wait.Want<string>("stored, agents or dataplane", word => WaitLevels.TryParse(word, out _));
        _timeout.Want<double>("0 to 86400 seconds", seconds => seconds is >= 0 and <= 86_400);
    }

    /// <summary>What to wait for; null if the command line says nothing of it.</summary>
    public WaitLevel? LevelOf(CommandCall call)
    {
        if (call.Line.GetResult(_wait) is not { Implicit: false })
            return null;
        WaitLevels.TryParse(call.Line.GetValue(_wait) ?? WaitLevels.Of(WaitLevel.Dataplane), out var level);
        return level;
    }

    /// <summary>How long.</summary>
    public TimeSpan PatienceOf(CommandCall call) => TimeSpan.FromSeconds(call.Line.GetValue(_timeout));
}
