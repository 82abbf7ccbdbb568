using Fabric.Protocol;

namespace Fabric.Topology.Journal;

/// <summary>A place in a journal that also tells which journal: a position and the hash of all up to it.</summary>
/// <param name="Position">The position; 0 is before the first entry.</param>
/// <param name="Hash">The hash of the entry there.</param>
public readonly record struct JournalHead(long Position, EntryHash Hash)
{
    /// <summary>Before the first entry of any journal.</summary>
    public static JournalHead Start => default;

    /// <summary>The same as nodes tell it each other.</summary>
    public FeedPlace Place => new(Position, Hash.High, Hash.Low);

    /// <summary>A place that another node told.</summary>
    public static JournalHead At(FeedPlace place) => new(place.Position, new EntryHash(place.HashHigh, place.HashLow));

    /// <summary>The position and the first digits of the hash.</summary>
    public override string ToString() => $"{Position} ({Hash.ToString()[..12]})";
}
