using System.Collections.Immutable;
using Fabric.Agent.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fabric.Agent.Description.Yaml;

/// <summary>Reads a YAML text into nodes that know their places.</summary>
/// <remarks>
/// YAML 1.2 as far as descriptions need it: one document, text keys, anchors and aliases; no tags, no merge keys. Every plain value
/// is text here. Never throws for what a text holds; what is wrong goes into the problems.
/// </remarks>
public sealed class YamlReader
{
    /// <summary>The most nodes of a text, repeats by alias counted: more is a mistake or an attack.</summary>
    public const int MaxNodes = 10_000_000;

    private readonly SourceText _source;
    private readonly ICollection<Problem> _problems;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];

    private YamlReader(SourceText source, ICollection<Problem> problems)
    {
        _source = source;
        _problems = problems;
        _parser = new Parser(new StringReader(source.Text));
    }

    /// <summary>Reads a text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="problems">Where problems go.</param>
    /// <returns>The root, or null for an empty text or one that is no YAML.</returns>
    public static YamlNode? Read(SourceText source, ICollection<Problem> problems)
    {
        var reader = new YamlReader(source, problems);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException failure)
        {
            problems.Add(YamlSyntax.Explain(source, failure.Start, failure.End, failure.Message));
        }
        catch (InvalidOperationException)
        {
            // The parser trips over a bracket that is never closed; where it stands then is after it.
            var mark = reader._parser.Current?.End ?? Mark.Empty;
            problems.Add(YamlSyntax.Explain(source, mark, mark, "a bracket is not closed"));
        }
        return null;
    }

    private YamlNode? ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
            return null;
        Next<DocumentStart>();
        var root = ReadNode();
        Next<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            var what = "a file holds one document, and a second begins here";
            _problems.Add(new Problem(DescriptionErrors.Syntax, what) { At = Place(second.Start, second.End) });
        }
        return root;
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is null)
            _parser.MoveNext();
        if (_parser.Current is not T)
            throw new YamlException(_parser.Current?.Start ?? Mark.Empty, Mark.Empty, "something else was expected here");
        _parser.MoveNext();
    }

    private YamlNode ReadNode()
    {
        var begin = _parser.Current!;
        var node = begin switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadList(begin),
            MappingStart => ReadMap(begin),
            AnchorAlias alias => ReadAlias(alias),
            _ => throw new YamlException(begin.Start, begin.End, "a value was expected here"),
        };
        if (begin is NodeEvent { Anchor.IsEmpty: false } anchored)
            _anchors[anchored.Anchor] = node;
        if (begin is NodeEvent { Tag.IsEmpty: false, Tag.IsNonSpecific: false } tagged)
            _problems.Add(new Problem(DescriptionErrors.Syntax, $"the tag {tagged.Tag} is not known here") { At = node.At });
        return node;
    }

    private YamlNode.Scalar ReadScalar(Scalar scalar)
    {
        var isQuoted = scalar.Style is not ScalarStyle.Plain;
        var node = new YamlNode.Scalar(Place(scalar.Start, scalar.End), scalar.Value, isQuoted);
        _parser.MoveNext();
        return node;
    }

    private YamlNode.List ReadList(ParsingEvent begin)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        _parser.MoveNext();
        while (_parser.Current is not SequenceEnd)
            items.Add(ReadNode());
        _parser.MoveNext();
        return new YamlNode.List(Place(begin.Start, begin.Start), items.DrainToImmutable());
    }

    private YamlNode.Map ReadMap(ParsingEvent begin)
    {
        var entries = ImmutableArray.CreateBuilder<(YamlNode.Scalar, YamlNode)>();
        var keys = new Dictionary<string, YamlNode.Scalar>(StringComparer.Ordinal);
        _parser.MoveNext();
        while (_parser.Current is not MappingEnd)
        {
            var key = ReadNode();
            var value = ReadNode();
            if (key is not YamlNode.Scalar name)
                _problems.Add(new Problem(DescriptionErrors.Syntax, $"a key is a word, not {key.Words}") { At = key.At });
            else if (keys.TryAdd(name.Text, name))
                entries.Add((name, value));
            else
                _problems.Add(Twice(name, keys[name.Text]));
        }
        _parser.MoveNext();
        return new YamlNode.Map(Place(begin.Start, begin.Start), entries.DrainToImmutable());
    }

    private static Problem Twice(YamlNode.Scalar again, YamlNode.Scalar first) =>
        new(DescriptionErrors.Twice, $"'{again.Text}' is written twice in one map")
        {
            At = again.At,
            Why = $"it is in line {first.At.Line} already",
        };

    private YamlNode ReadAlias(AnchorAlias alias)
    {
        _parser.MoveNext();
        var at = Place(alias.Start, alias.End);
        if (!_anchors.TryGetValue(alias.Value, out var node))
        {
            _problems.Add(new Problem(DescriptionErrors.Syntax, $"no anchor &{alias.Value} stands before this") { At = at });
            return new YamlNode.Scalar(at, "", isQuoted: false);
        }
        if (node.Size > MaxNodes / 10)
            throw new YamlException(alias.Start, alias.End, "aliases repeat too much");
        return node;
    }

    private SourcePosition Place(in Mark start, in Mark end)
    {
        var length = end.Line == start.Line ? (int)(end.Column - start.Column) : int.MaxValue;
        return new SourcePosition(_source, (int)start.Line, (int)start.Column, Math.Max(1, length));
    }
}
