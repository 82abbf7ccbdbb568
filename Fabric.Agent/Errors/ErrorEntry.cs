using System.Globalization;

namespace Fabric.Agent.Errors;

/// <summary>One kind of failure that people may meet: its number for ever, and what to know about it.</summary>
/// <param name="Number">1000..9999; never given to another kind, also after this one is gone.</param>
/// <param name="Title">What failed, in a few words.</param>
/// <param name="Meaning">What it means, in one or two sentences.</param>
/// <param name="Remedy">What to do about it, in one or two sentences.</param>
/// <param name="Exit">How the command ends.</param>
public sealed record ErrorEntry(int Number, string Title, string Meaning, string Remedy, ExitCode Exit = ExitCode.Failed)
{
    /// <summary>The code that people search for, such as FABRIC-1104.</summary>
    public string Code => string.Create(CultureInfo.InvariantCulture, $"FABRIC-{Number}");
}
