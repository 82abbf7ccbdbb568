namespace Fabric.Agent.Errors;

/// <summary>The command cannot go on, for reasons that people can do something about.</summary>
/// <remarks>Caught once, at the end of the command line; whoever throws it has tidied up before.</remarks>
public sealed class FabricException(IReadOnlyList<Problem> problems)
    : Exception(problems[0].Why is { } why ? $"{problems[0].What}: {why}" : problems[0].What)
{
    /// <summary>Fails for one reason.</summary>
    public FabricException(ErrorEntry entry, string what, string? why = null, string? remedy = null)
        : this([new Problem(entry, what) { Why = why, Remedy = remedy }]) { }

    /// <summary>The reasons, in the order they are told.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
