using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fabric.Agent.Description.Keys;

/// <summary>Reads a value of its text; false if it is none.</summary>
internal delegate bool TryRead<T>(string text, out T value);

/// <summary>A single value.</summary>
/// <param name="Type">What it is in a few words.</param>
/// <param name="Example">A value that is right.</param>
/// <param name="Read">Reads it.</param>
internal sealed record ScalarForm<T>(string Type, string Example, TryRead<T> Read) : Form
{
    private readonly string _type = Type;

    /// <inheritdoc/>
    public override string Type => Values.IsEmpty ? _type : string.Join(" or ", Values);

    /// <summary>All values, where they are few; empty otherwise.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>The word for a value, where all values are words.</summary>
    public Func<T, string> WordOf { get; init; } = _ => throw new System.Diagnostics.UnreachableException();

    /// <summary>A number may be written, beside text.</summary>
    public bool IsNumeric { get; init; }

    /// <summary>The smallest number.</summary>
    public long Minimum { get; init; }

    /// <summary>The largest number; 0 for no limit in the schema.</summary>
    public long Maximum { get; init; }

    /// <inheritdoc/>
    public override string Words => Values.IsEmpty ? $"{Article(_type)} such as {Example}" : $"one of {string.Join(", ", Values)}";

    /// <inheritdoc/>
    public override JsonNode Schema()
    {
        if (!Values.IsEmpty)
        {
            return new JsonObject { ["enum"] = new JsonArray([.. Values.SelectMany(AsRead)]) };
        }
        if (!IsNumeric)
            return new JsonObject { ["type"] = "string" };
        var schema = new JsonObject { ["type"] = new JsonArray("integer", "string"), ["minimum"] = Minimum };
        if (Maximum > 0)
            schema["maximum"] = Maximum;
        return schema;
    }

    /// <summary>What readers of YAML take a plain word for, when they do not know what it should be.</summary>
    private static IEnumerable<JsonNode> AsRead(string word)
    {
        if (word is "true" or "false")
            return [word == "true"];
        return word.StartsWith("0x", StringComparison.Ordinal) ? [word, Convert.ToInt32(word, fromBase: 16)] : [word];
    }

    private static string Article(string noun) => noun[0] is 'a' or 'e' or 'i' or 'I' or 'o' ? $"an {noun}" : $"a {noun}";
}
