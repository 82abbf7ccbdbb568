using System.Collections.Immutable;
using Fabric.Agent.Errors;

namespace Fabric.Agent.Description.Yaml;

/// <summary>One value of a YAML text, with its place.</summary>
/// <remarks>Immutable. An anchor's node stands at every place that names it, with the place where it was written.</remarks>
public abstract class YamlNode
{
    private YamlNode(SourcePosition at, int size) => (At, Size) = (at, size);

    /// <summary>Where it begins.</summary>
    public SourcePosition At { get; }

    /// <summary>How many nodes it holds, itself and repeats by alias counted.</summary>
    public int Size { get; }

    /// <summary>What it is, for messages.</summary>
    public abstract string Words { get; }

    /// <summary>A text, number or other single value; everything is text until somebody asks for more.</summary>
    public sealed class Scalar(SourcePosition at, string text, bool isQuoted) : YamlNode(at, 1)
    {
        /// <summary>The text without quotes.</summary>
        public string Text { get; } = text;

        /// <summary>Nothing is written there, or null.</summary>
        public bool IsNull { get; } = !isQuoted && text is "" or "~" or "null";

        /// <inheritdoc/>
        public override string Words => IsNull ? "nothing" : $"'{Text}'";
    }

    /// <summary>A list.</summary>
    public sealed class List(SourcePosition at, ImmutableArray<YamlNode> items) : YamlNode(at, 1 + items.Sum(item => item.Size))
    {
        /// <summary>The items in order.</summary>
        public ImmutableArray<YamlNode> Items { get; } = items;

        /// <inheritdoc/>
        public override string Words => "a list";
    }

    /// <summary>A map from keys to values, in the order written; no key twice.</summary>
    public sealed class Map(SourcePosition at, ImmutableArray<(Scalar Key, YamlNode Value)> entries)
        : YamlNode(at, 1 + entries.Sum(entry => 1 + entry.Value.Size))
    {
        /// <summary>The entries in order.</summary>
        public ImmutableArray<(Scalar Key, YamlNode Value)> Entries { get; } = entries;

        /// <inheritdoc/>
        public override string Words => "a map";

        /// <summary>The entry of a key, or null.</summary>
        public (Scalar Key, YamlNode Value)? Find(string key)
        {
            foreach (var entry in Entries)
            {
                if (entry.Key.Text == key)
                    return entry;
            }
            return null;
        }
    }
}
