using System.Collections.Immutable;
using System.Text;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys of fabric.yaml as text: for `fabric explain` and docs/fabric-yaml.md.</summary>
internal static class ShapeText
{
    /// <summary>Every sort of map, in the order of the manual.</summary>
    public static ImmutableArray<Shape> All { get; } =
    [
        RootShape.Shape,
        HostShape.Shape,
        TenantShape.Shape,
        BridgeShape.Shape,
        PortShape.Shape,
        RouterShape.Shape,
        RouterPortShape.Shape,
        RouteShape.Shape,
        NatShape.Shape,
        TimersShape.Shape,
        PoolShape.Shape,
        MemberShape.Shape,
        CheckShape.Shape,
        BalancerShape.Shape,
        RuleShape.Shape,
        NotShape.Shape,
        ActionShape.Shape,
        GroupShape.Shape,
        ExpectShape.Shape,
    ];

    /// <summary>The names of the sorts.</summary>
    public static IEnumerable<string> Sorts => All.Select(shape => shape.Name);

    /// <summary>All that can be explained: sorts, and their keys as SORT.KEY.</summary>
    public static IEnumerable<string> Topics => Sorts.Concat(All.SelectMany(shape => shape.Keys.Select(key => $"{shape.Name}.{key.Name}")));

    /// <summary>Explains a sort of map, or SORT.KEY; fabric.yaml stands for the whole file. Null if there is no such thing.</summary>
    public static string? Explain(string topic)
    {
        if (topic == "fabric.yaml")
            topic = RootShape.Shape.Name;
        var dot = topic.IndexOf('.', StringComparison.Ordinal);
        var shape = All.FirstOrDefault(known => known.Name == (dot < 0 ? topic : topic[..dot]));
        if (shape is null)
            return null;
        if (dot < 0)
            return ExplainShape(shape);
        return shape.Find(topic[(dot + 1)..]) is { } key ? ExplainKey(shape, key) : null;
    }

    /// <summary>The keys of a sort as a table in Markdown.</summary>
    public static string Table(Shape shape)
    {
        var text = new StringBuilder("| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var key in shape.Keys)
            text.Append(
                $"| `{key.Name}` | {Escape(ValueOf(key))} | {(key.IsRequired ? "required" : Escape(key.Default))} | {Escape(key.Text)} |\n"
            );
        return text.ToString();
    }

    private static string ExplainShape(Shape shape)
    {
        var text = new StringBuilder($"{shape.Name}: {shape.Text}\n");
        var width = shape.Keys.Max(key => key.Name.Length);
        foreach (var key in shape.Keys)
            text.Append($"\n  {key.Name.PadRight(width)}  {Plain(key.Form.Type)}{(key.IsRequired ? " (required)" : "")}");
        return text.Append($"\n\n`fabric explain {shape.Name}.KEY` tells more of a key.").ToString();
    }

    private static string ExplainKey(Shape shape, Key key)
    {
        var value = ValueText(key);
        var fallback = key.IsRequired ? "it is required" : key.Default;
        return $"{shape.Name}.{key.Name}: {key.Text}\n\nValue: {value}\nDefault: {fallback}";
    }

    /// <summary>What a key takes, as plain text.</summary>
    public static string ValueText(Key key) => Plain(ValueOf(key));

    private static string ValueOf(Key key) => key.Unit.Length > 0 ? $"{key.Form.Type}, in {key.Unit}" : key.Form.Type;

    private static string Escape(string text) => text.Replace("|", "\\|");

    /// <summary>Without the links of the manual.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ']' && i + 1 < text.Length && text[i + 1] == '(')
                i = text.IndexOf(')', i);
            else if (text[i] != '[')
                plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
