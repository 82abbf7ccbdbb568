using System.CommandLine;
using Fabric.Agent.Cli.Output;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Cli;

/// <summary>One call of a command: its parsed line, and where it reads and writes.</summary>
internal sealed record CommandCall(ParseResult Line, Terminal Terminal, CancellationToken Cancellation)
{
    /// <summary>How results are to be written, or null if nothing was said.</summary>
    public OutputFormat? Format => Line.GetValue(GlobalOptions.Output);

    /// <summary>The agent's socket.</summary>
    public string Socket => Line.GetValue(GlobalOptions.Socket)!;

    /// <summary>Tells something beside the result.</summary>
    public void Note(string text) => Terminal.Error.WriteLine(text);

    /// <summary>Tells problems.</summary>
    public void Tell(IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
            Terminal.Error.WriteLine(problem);
    }

    /// <summary>Writes a result in the wanted form.</summary>
    public void Write(Listing listing) =>
        ListingText.Write(
            listing,
            Format ?? OutputFormat.Table,
            Line.GetValue(GlobalOptions.Columns),
            !Line.GetValue(GlobalOptions.NoHeadings),
            Terminal
        );
}
