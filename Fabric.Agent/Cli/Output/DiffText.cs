using Fabric.Agent.Description;
using Fabric.Agent.Description.Writing;

namespace Fabric.Agent.Cli.Output;

/// <summary>Writes what a change would do as the difference of two descriptions.</summary>
internal static class DiffText
{
    /// <summary>Writes it, in colours for people at a terminal.</summary>
    /// <param name="change">The change.</param>
    /// <param name="before">What stands before is called.</param>
    /// <param name="after">What stands afterwards is called.</param>
    /// <param name="call">Where to.</param>
    public static void Write(DescriptionChange change, string before, string after, CommandCall call)
    {
        var lines = UnifiedDiff.Lines(DescriptionWriter.Write(change.Before), DescriptionWriter.Write(change.After), before, after);
        foreach (var line in lines)
            call.Terminal.Out.WriteLine(call.Terminal.IsRich ? Coloured(line) : line);
    }

    /// <summary>A line with the colour of its sign.</summary>
    public static string Coloured(string line) =>
        line[0] switch
        {
            '+' => $"\e[32m{line}\e[0m",
            '-' => $"\e[31m{line}\e[0m",
            '@' => $"\e[36m{line}\e[0m",
            _ => line,
        };
}
