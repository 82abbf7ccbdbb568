using System.Collections.Immutable;
using Fabric.Agent.Description.Keys;
using Fabric.Agent.Description.Yaml;
using Fabric.Agent.Errors;
using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Description.Reading;

/// <summary>Reads one map by its shape; whatever does not fit becomes a problem, and reading goes on.</summary>
internal sealed class MapReader
{
    private readonly YamlNode.Map _map;
    private readonly ICollection<Problem> _problems;

    private MapReader(YamlNode.Map map, Shape shape, string title, ICollection<Problem> problems)
    {
        _map = map;
        _problems = problems;
        Shape = shape;
        Title = title;
    }

    /// <summary>The sort of map.</summary>
    public Shape Shape { get; }

    /// <summary>What the map is, for messages: bridge 'web'.</summary>
    public string Title { get; }

    /// <summary>Where the map begins.</summary>
    public SourcePosition At => _map.At;

    /// <summary>Takes a value as a map of a shape: complains of unknown and missing keys, and of anything but a map.</summary>
    /// <param name="node">The value; nothing stands for an empty map.</param>
    /// <param name="shape">The keys that it may have.</param>
    /// <param name="title">What it is, for messages.</param>
    /// <param name="place">Where the name of it stands, for what is missing.</param>
    /// <param name="problems">Where problems go.</param>
    public static MapReader Open(YamlNode node, Shape shape, string title, SourcePosition place, ICollection<Problem> problems)
    {
        var map = node as YamlNode.Map;
        if (map is null && node is not YamlNode.Scalar { IsNull: true })
        {
            problems.Add(
                new Problem(DescriptionErrors.WrongForm, $"{title} should be a map, not {node.Words}")
                {
                    At = node.At,
                    Why = $"its keys are {ListOf(shape)}",
                }
            );
            return new MapReader(new YamlNode.Map(node.At, []), shape, title, problems);
        }
        var reader = new MapReader(map ?? new YamlNode.Map(node.At, []), shape, title, problems);
        reader.CheckKeys(place);
        return reader;
    }

    /// <summary>The key is written, with a value.</summary>
    public bool Has(Key key) => Find(key) is not null;

    /// <summary>Where a key stands, or the map if it is not written.</summary>
    public SourcePosition PlaceOf(Key key) => _map.Find(key.Name)?.Key.At ?? _map.At;

    /// <summary>The value of a key, or null if it is not written or cannot be read, which is complained of.</summary>
    public Located<T>? One<T>(Key<ScalarForm<T>> key) =>
        Find(key) is { } node ? ReadScalar(node, key.Form, $"'{key.Name}' of {Title}", _problems) : null;

    /// <summary>The value of a key, or a default.</summary>
    public T One<T>(Key<ScalarForm<T>> key, T fallback) => One(key) is { } found ? found.Value : fallback;

    /// <summary>The values of a key that takes one or several.</summary>
    public ImmutableArray<Located<T>> Several<T>(Key<ListForm<T>> key) =>
        Find(key) is { } node ? ReadList(node, key.Form, $"'{key.Name}' of {Title}", _problems) : [];

    /// <summary>The named entries of a key that takes a map from names; names that are not legal are complained of.</summary>
    public IEnumerable<(YamlNode.Scalar Name, YamlNode Value)> Named(Key key)
    {
        if (Find(key) is not { } node)
            yield break;
        if (node is not YamlNode.Map named)
        {
            _problems.Add(WrongForm(key, node));
            yield break;
        }
        foreach (var (name, value) in named.Entries)
        {
            if (DeviceName.IsLegalPart(name.Text))
                yield return (name, value);
            else
                _problems.Add(new Problem(DescriptionErrors.BadName, $"'{name.Text}' is no name") { At = name.At });
        }
    }

    /// <summary>The items of a key that takes a list.</summary>
    public IEnumerable<YamlNode> Items(Key key)
    {
        if (Find(key) is not { } node)
            return [];
        if (node is YamlNode.List list)
            return list.Items;
        _problems.Add(WrongForm(key, node));
        return [];
    }

    /// <summary>The value of a key, whatever it is.</summary>
    public YamlNode? Find(Key key) => _map.Find(key.Name) is { Value: not YamlNode.Scalar { IsNull: true } } found ? found.Value : null;

    /// <summary>Complains of something about a key.</summary>
    public void Complain(ErrorEntry entry, Key key, string what, string? why = null, string? remedy = null) =>
        _problems.Add(
            new Problem(entry, what)
            {
                At = PlaceOf(key),
                Why = why,
                Remedy = remedy,
            }
        );

    /// <summary>Reads a single value, or complains.</summary>
    public static Located<T>? ReadScalar<T>(YamlNode node, ScalarForm<T> form, string title, ICollection<Problem> problems)
    {
        if (node is not YamlNode.Scalar scalar)
        {
            problems.Add(Unreadable(DescriptionErrors.WrongForm, node, form, title));
            return null;
        }
        if (form.Read(scalar.Text, out var value))
            return new Located<T>(value, scalar.At);
        var problem = Unreadable(DescriptionErrors.WrongValue, node, form, title);
        var nearest = NearestWord.Find(scalar.Text, form.Values);
        problems.Add(nearest is null ? problem : problem with { Remedy = $"did you mean '{nearest}'?" });
        return null;
    }

    /// <summary>Reads one or several values, or complains.</summary>
    public static ImmutableArray<Located<T>> ReadList<T>(YamlNode node, ListForm<T> form, string title, ICollection<Problem> problems)
    {
        var items = node is YamlNode.List list ? list.Items : [node];
        var values = ImmutableArray.CreateBuilder<Located<T>>(items.Length);
        foreach (var item in items)
        {
            if (ReadScalar(item, form.Item, title, problems) is { } value)
                values.Add(value);
        }
        return values.DrainToImmutable();
    }

    private void CheckKeys(SourcePosition place)
    {
        foreach (var (key, _) in _map.Entries)
        {
            if (Shape.Find(key.Text) is null)
                _problems.Add(UnknownKey(key));
        }
        foreach (var key in Shape.Keys)
        {
            if (key.IsRequired && Find(key) is null)
            {
                var what = $"{Title} has no '{key.Name}'";
                _problems.Add(new Problem(key.Missing, what) { At = place, Remedy = $"add '{key.Name}: ...', {key.Form.Words}" });
            }
        }
    }

    private Problem UnknownKey(YamlNode.Scalar key)
    {
        var nearest = NearestWord.Find(key.Text, Shape.Keys.Select(known => known.Name));
        return new Problem(DescriptionErrors.UnknownKey, $"{Title} has no key '{key.Text}'")
        {
            At = key.At,
            Why = $"its keys are {ListOf(Shape)}",
            Remedy = nearest is null ? null : $"did you mean '{nearest}'?",
        };
    }

    private Problem WrongForm(Key key, YamlNode node) =>
        Unreadable(DescriptionErrors.WrongForm, node, key.Form, $"'{key.Name}' of {Title}");

    private static Problem Unreadable(ErrorEntry entry, YamlNode node, Form form, string title) =>
        new(entry, $"{title} cannot be {node.Words}") { At = node.At, Why = $"expected {form.Words}" };

    private static string ListOf(Shape shape) => string.Join(", ", shape.Keys.Select(key => key.Name));
}
