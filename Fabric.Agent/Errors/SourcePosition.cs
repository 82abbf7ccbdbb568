using System.Globalization;

namespace Fabric.Agent.Errors;

/// <summary>A place in a text.</summary>
/// <param name="Source">The text.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Length">How many characters are meant, at least 1 when shown.</param>
public sealed record SourcePosition(SourceText Source, int Line, int Column, int Length = 1)
{
    /// <summary>FILE:LINE:COLUMN.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Source.Name}:{Line}:{Column}");
}
