using System.Diagnostics.CodeAnalysis;

namespace Fabric.Agent.Lab;

/// <summary>What a lab is called, and what everything in it is called for that.</summary>
/// <remarks>1..6 characters of a-z and 0-9, beginning with a letter: interface names have no room for more.</remarks>
public sealed record LabName
{
    /// <summary>Most characters.</summary>
    public const int MaxLength = 6;

    private LabName(string text) => Text = text;

    /// <summary>The lab when none is named.</summary>
    public static LabName Default { get; } = new("lab");

    /// <summary>The name.</summary>
    public string Text { get; }

    /// <summary>Begins the name of each of its namespaces and interfaces, and of nothing else.</summary>
    public string Prefix => $"fab-{Text}-";

    /// <summary>What its datapath is called if that is the kernel's.</summary>
    public string Datapath => $"{Prefix}dp";

    /// <summary>Holds everything of it that is a file.</summary>
    public string Folder => $"/run/fabric/{Text}";

    /// <summary>Its agent's socket.</summary>
    public string Socket => $"{Folder}/agent.sock";

    /// <summary>Its agent's journal.</summary>
    public string Journal => $"{Folder}/journal.db";

    /// <summary>What its agent wrote.</summary>
    public string Log => $"{Folder}/agent.log";

    /// <summary>The list of what was made.</summary>
    public string Ledger => $"{Folder}/ledger";

    /// <summary>Locked while a command works on it.</summary>
    public string Lock => $"{Folder}/lock";

    /// <summary>Reads a name; false if no lab may have it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LabName? name)
    {
        var isLegal =
            text.Length is > 0 and <= MaxLength
            && char.IsAsciiLetterLower(text[0])
            && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
        name = isLegal ? new LabName(text) : null;
        return isLegal;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
