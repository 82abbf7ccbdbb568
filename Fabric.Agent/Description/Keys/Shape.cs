using System.Collections.Immutable;

namespace Fabric.Agent.Description.Keys;

/// <summary>The keys that one sort of map has: the parser, the JSON schema, the manual and `fabric explain` all read it here.</summary>
/// <param name="name">The sort as one word, such as bridge or router-port.</param>
/// <param name="text">What such a map describes.</param>
/// <param name="keys">Its keys, in the order that they are told.</param>
internal sealed class Shape(string name, string text, params ImmutableArray<Key> keys)
{
    /// <summary>What names look like, as a regular expression; <see cref="Devices.DeviceName.IsLegalPart"/> decides.</summary>
    public const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";

    /// <summary>The sort as one word.</summary>
    public string Name { get; } = name;

    /// <summary>What such a map describes.</summary>
    public string Text { get; } = text;

    /// <summary>Its keys.</summary>
    public ImmutableArray<Key> Keys { get; } = keys;

    /// <summary>The key of a name, or null.</summary>
    public Key? Find(string key)
    {
        foreach (var known in Keys)
        {
            if (known.Name == key)
                return known;
        }
        return null;
    }
}
