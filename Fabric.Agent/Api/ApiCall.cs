using System.Collections.Immutable;

namespace Fabric.Agent.Api;

/// <summary>One call of the API, for its document.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">The path.</param>
/// <param name="Summary">What it tells or does, in one sentence.</param>
/// <param name="Answer">The media type of the answer.</param>
/// <param name="Keys">The keys of the answer, if it is a JSON object that always has the same; empty else.</param>
internal sealed record ApiCall(string Method, string Path, string Summary, string Answer, ImmutableArray<string> Keys)
{
    /// <summary>What may stand in its query.</summary>
    public ImmutableArray<ApiParameter> Parameters { get; init; } = [];

    /// <summary>The media type of the request's content; null if it has none.</summary>
    public string? Content { get; init; }
}
