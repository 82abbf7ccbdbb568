using System.Collections.Immutable;
using System.Text;
using Fabric.Agent.Errors;
using Fabric.Flows;

namespace Fabric.Agent.Cli.Output;

/// <summary>Writes listings in every form.</summary>
internal static class ListingText
{
    private const string Gap = "  ";

    /// <summary>Writes a listing.</summary>
    /// <param name="listing">What to write.</param>
    /// <param name="format">In which form.</param>
    /// <param name="columns">Names of the wanted columns with commas between, or null for the usual ones.</param>
    /// <param name="hasHeadings">Tables and csv have a line of headings.</param>
    /// <param name="terminal">Where to.</param>
    public static void Write(Listing listing, OutputFormat format, string? columns, bool hasHeadings, Terminal terminal)
    {
        var chosen = Choose(listing, columns, isWide: format is not OutputFormat.Table);
        switch (format)
        {
            case OutputFormat.Table or OutputFormat.Wide or OutputFormat.Text when terminal.IsRich:
                RichTable.Write(listing, chosen, hasHeadings, terminal);
                break;
            case OutputFormat.Table or OutputFormat.Wide or OutputFormat.Text:
                WriteTable(listing, chosen, hasHeadings, terminal.Out);
                break;
            case OutputFormat.Json:
                terminal.Out.WriteLine(JsonText.Format(ListingData.Of(listing)));
                break;
            case OutputFormat.Yaml:
                YamlData.Write(ListingData.Of(listing), terminal.Out);
                break;
            case OutputFormat.Csv:
                WriteCsv(listing, chosen, hasHeadings, terminal.Out);
                break;
            case OutputFormat.Name:
                foreach (var row in listing.Rows)
                    terminal.Out.WriteLine($"{listing.Kind}/{Listing.Text(row[0])}");
                break;
        }
    }

    private static ImmutableArray<int> Choose(Listing listing, string? columns, bool isWide)
    {
        var all = Enumerable.Range(0, listing.Columns.Length);
        if (columns is null)
            return [.. all.Where(index => isWide || !listing.Columns[index].IsWide)];
        return [.. columns.Split(',').Select(name => Find(listing, name.Trim()))];
    }

    private static int Find(Listing listing, string name)
    {
        for (var index = 0; index < listing.Columns.Length; index++)
        {
            if (string.Equals(listing.Columns[index].Name, name, StringComparison.OrdinalIgnoreCase))
                return index;
        }
        var names = listing.Columns.Select(column => column.Name).ToArray();
        var nearest = NearestWord.Find(name, names);
        var remedy = nearest is null ? null : $"did you mean '{nearest}'?";
        throw new FabricException(CliErrors.Usage, $"there is no column '{name}'", $"the columns are {string.Join(", ", names)}", remedy);
    }

    private static void WriteTable(Listing listing, ImmutableArray<int> columns, bool hasHeadings, TextWriter output)
    {
        var lines = listing.Rows.Select(row => columns.Select(column => Listing.Text(row[column])).ToArray()).ToList();
        if (hasHeadings)
            lines.Insert(0, [.. columns.Select(column => listing.Columns[column].Name.ToUpperInvariant())]);
        var widths = new int[columns.Length];
        foreach (var line in lines)
        {
            for (var i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], line[i].Length);
        }
        foreach (var line in lines)
            output.WriteLine(string.Join(Gap, line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    private static void WriteCsv(Listing listing, ImmutableArray<int> columns, bool hasHeadings, TextWriter output)
    {
        if (hasHeadings)
            output.Write(string.Join(',', columns.Select(column => listing.Columns[column].Name)) + "\r\n");
        foreach (var row in listing.Rows)
            output.Write(string.Join(',', columns.Select(column => CsvField(Listing.Text(row[column])))) + "\r\n");
    }

    /// <summary>A field in quotes where it needs them (RFC 4180, section 2).</summary>
    private static string CsvField(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : new StringBuilder("\"").Append(text.Replace("\"", "\"\"")).Append('"').ToString();
}
