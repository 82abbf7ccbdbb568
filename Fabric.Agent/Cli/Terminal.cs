namespace Fabric.Agent.Cli;

/// <summary>Where a command reads and writes: data to Out, all else to Error.</summary>
/// <param name="In">Standard input.</param>
/// <param name="Out">Standard output: data only.</param>
/// <param name="Error">Standard error: problems, notes, progress.</param>
public sealed record Terminal(TextReader In, TextWriter Out, TextWriter Error)
{
    /// <summary>People look at Out, and want colours and lines there.</summary>
    public bool IsRich { get; init; }

    /// <summary>People look at Error, where a line may be written over.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Columns of Out; tables for people are fitted to it.</summary>
    public int Width { get; init; } = 120;
}
