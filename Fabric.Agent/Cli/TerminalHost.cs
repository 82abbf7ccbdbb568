using System.Text;

namespace Fabric.Agent.Cli;

/// <summary>Opens the standard streams of the process.</summary>
internal static class TerminalHost
{
    /// <summary>The process's own terminal: plain if Out is no terminal, or NO_COLOR is set to anything (no-color.org).</summary>
    public static Terminal Open()
    {
        var isRich = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = isRich, NewLine = "\n" };
        var error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true, NewLine = "\n" };
        var input = new StreamReader(Console.OpenStandardInput(), utf8);
        return new Terminal(input, output, error)
        {
            IsRich = isRich,
            IsWatched = !Console.IsErrorRedirected,
            Width = isRich ? Math.Max(40, Console.WindowWidth) : int.MaxValue,
        };
    }
}
