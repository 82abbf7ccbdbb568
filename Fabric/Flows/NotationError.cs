namespace Fabric.Flows;

/// <summary>Why a text in one of the notations for flows and packets could not be read.</summary>
/// <param name="Column">Where, counted from 1 in characters.</param>
/// <param name="Message">What is wrong there and what was expected, without a full stop.</param>
public readonly record struct NotationError(int Column, string Message)
{
    /// <summary>Both in one line.</summary>
    public override string ToString() => $"column {Column}: {Message}";
}
