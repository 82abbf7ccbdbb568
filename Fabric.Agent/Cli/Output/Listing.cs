using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Cli.Output;

/// <summary>Things of one sort, before it is known how they are to be written: every form of output shows the same.</summary>
/// <param name="Kind">What they are, singular: port.</param>
/// <param name="Columns">The columns; the first is the name.</param>
/// <param name="Rows">The things: a value a column, null for none. Values are text, numbers, truth values or lists of these.</param>
public sealed record Listing(string Kind, ImmutableArray<Column> Columns, ImmutableArray<ImmutableArray<JsonNode?>> Rows)
{
    /// <summary>A value as text for tables.</summary>
    public static string Text(JsonNode? value) =>
        value switch
        {
            null => "",
            JsonArray list => string.Join(", ", list.Select(Text)),
            _ => value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
        };
}
