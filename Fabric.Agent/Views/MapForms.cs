using System.Text.Json.Nodes;

namespace Fabric.Agent.Views;

/// <summary>The forms that the map can be had in, by the words that ask for them.</summary>
internal static class MapForms
{
    /// <summary>The map as data, as the pages read it.</summary>
    public const string Json = "json";

    private static readonly (string Word, string Type, Func<JsonObject, string> Text)[] s_all =
    [
        (Json, "application/json", map => map.ToJsonString()),
        ("svg", MapSvg.Type, MapSvg.Of),
        ("mermaid", MapMermaid.Type, MapMermaid.Of),
    ];

    /// <summary>The words.</summary>
    public static IEnumerable<string> Words => s_all.Select(form => form.Word);

    /// <summary>The media type and the text of a form; null for a word that is none.</summary>
    public static (string Type, Func<JsonObject, string> Text)? Find(string word) =>
        s_all.FirstOrDefault(form => form.Word == word) is { Word: not null } form ? (form.Type, form.Text) : null;
}
