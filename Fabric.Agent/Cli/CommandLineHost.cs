using System.CommandLine;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>The command line from its words to its exit code.</summary>
public static class CommandLineHost
{
    /// <summary>Runs the command line of this process.</summary>
    public static async Task<int> RunAsync(string[] words)
    {
        var terminal = TerminalHost.Open();
        using var cancellation = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            cancellation.Cancel();
        };
        var exit = await RunAsync(words, terminal, cancellation.Token);
        try
        {
            await terminal.Out.FlushAsync(CancellationToken.None);
        }
        catch (IOException failure)
        {
            // Whoever read the output has gone, as `| head` does, or the disk is full.
            return failure.Message.Contains("Broken pipe", StringComparison.Ordinal)
                ? exit
                : Fail(terminal, CliErrors.Unwritable, failure.Message);
        }
        return exit;
    }

    /// <summary>Runs a command line.</summary>
    /// <param name="words">The words after `fabric`.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            var line = CommandLineParser.Parse(CommandWords.Normalize(words));
            if (CommandLineParser.WhyNot(line) is { } problem)
                throw new FabricException([problem]);
            var output = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            };
            if (CommandLineParser.CommandOf(line) is not { } command || line.Action is not null)
                return await line.InvokeAsync(output, cancellation);
            return (int)await command.RunAsync(new CommandCall(line, terminal, cancellation));
        }
        catch (FabricException failure)
        {
            foreach (var problem in failure.Problems)
                terminal.Error.WriteLine(problem);
            return (int)failure.Problems[0].Entry.Exit;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            var command = words.FirstOrDefault(word => !word.StartsWith('-')) ?? "";
            // What a service says is kept by who runs it, and one that is started again and again must not fill the disk.
            var report = command == "agent" ? null : BugReportHost.Write(bug, command);
            if (report is null)
                terminal.Error.WriteLine(bug);
            return Fail(terminal, CliErrors.Bug, report is null ? bug.Message : $"{bug.Message} (the report is {report})");
        }
    }

    private static int Fail(Terminal terminal, ErrorEntry entry, string what)
    {
        terminal.Error.WriteLine(new Problem(entry, what));
        return (int)entry.Exit;
    }
}
