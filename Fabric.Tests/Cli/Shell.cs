using Fabric.Agent.Cli;

namespace Fabric.Tests.Cli;

/// <summary>Runs command lines within the test, with texts for streams.</summary>
internal static class Shell
{
    /// <summary>Runs a line of words with blanks between; one in which they matter is given apart.</summary>
    public static async Task<ShellResult> RunAsync(string line, string input = "", params string[] more)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var exit = await CommandLineHost.RunAsync(
            [.. words, .. more],
            new Terminal(new StringReader(input), output, error),
            CancellationToken.None
        );
        return new ShellResult(exit, output.ToString(), error.ToString());
    }
}

/// <summary>What a command line did.</summary>
internal sealed record ShellResult(int Exit, string Out, string Error);
