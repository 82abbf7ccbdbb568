using Fabric.Agent.Host;

namespace Fabric.Agent.Lab;

/// <summary>One thing that a lab made, or was about to make.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; of a process its <see cref="ProcessMark"/>.</param>
public readonly record struct LedgerEntry(LedgerEntryKind Kind, string Name)
{
    /// <summary>Reads KIND NAME; false for anything else.</summary>
    public static bool TryParse(string line, out LedgerEntry entry)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        entry = default;
        if (blank < 0 || !Enum.TryParse<LedgerEntryKind>(line[..blank], out var kind) || !Enum.IsDefined(kind))
            return false;
        entry = new LedgerEntry(kind, line[(blank + 1)..]);
        return entry.Name.Length > 0;
    }

    /// <summary>Reads the text of a ledger; a last line without its end was being written when its writer was killed, before the thing was made.</summary>
    public static IReadOnlyList<LedgerEntry> ParseAll(string text)
    {
        var entries = new List<LedgerEntry>();
        var lines = text.Split('\n');
        foreach (var line in lines.AsSpan(0, lines.Length - 1))
        {
            if (TryParse(line, out var entry))
                entries.Add(entry);
        }
        return entries;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}
