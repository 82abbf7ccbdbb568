using System.Collections.Immutable;
using Spectre.Console;

namespace Fabric.Agent.Cli.Output;

/// <summary>Tables for people at a terminal: lines, colours, and cells that wrap.</summary>
/// <remarks>Apart from the plain table, so that the library for it is loaded only when somebody looks.</remarks>
internal static class RichTable
{
    /// <summary>Writes a listing.</summary>
    public static void Write(Listing listing, ImmutableArray<int> columns, bool hasHeadings, Terminal terminal)
    {
        var table = new Table { Border = TableBorder.Rounded, ShowHeaders = hasHeadings };
        table.BorderColor(Color.Grey);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(listing.Columns[column].Name)}[/]")));
        foreach (var row in listing.Rows)
            table.AddRow(columns.Select(column => new Markup(Cell(listing.Columns[column].Name, Listing.Text(row[column])))));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        console.Profile.Width = terminal.Width;
        console.Write(table);
    }

    /// <summary>Colour supports what the words say, and never says anything alone.</summary>
    private static string Cell(string column, string text)
    {
        var escaped = Markup.Escape(text);
        return (column, text) switch
        {
            ("name", _) => $"[bold]{escaped}[/]",
            (_, "up" or "delivered" or "forward" or "holds" or "accept") => $"[green]{escaped}[/]",
            (_, "down" or "dropped" or "drop" or "rejected" or "reject" or "fails") => $"[red]{escaped}[/]",
            _ => escaped,
        };
    }
}
