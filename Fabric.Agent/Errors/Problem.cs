namespace Fabric.Agent.Errors;

/// <summary>One failure as people are told of it: what failed, why, and what to do.</summary>
/// <param name="Entry">The kind of failure, hence the code.</param>
/// <param name="What">What failed, naming the object; begins in lower case and has no full stop.</param>
public sealed record Problem(ErrorEntry Entry, string What)
{
    /// <summary>Why, or what was expected; null when <see cref="What"/> says it all.</summary>
    public string? Why { get; init; }

    /// <summary>What to do about this very failure; null takes the remedy of the catalogue.</summary>
    public string? Remedy { get; init; }

    /// <summary>Where in a file it is, or null.</summary>
    public SourcePosition? At { get; init; }

    /// <summary>The whole as plain text, several lines.</summary>
    public override string ToString() => ProblemText.Format(this);
}
