using Fabric.Changes;

namespace Fabric.Protocol;

/// <summary>What a place in the feed has: the next entry, or nothing yet. What relays pass on, and what nodes keep of the feed.</summary>
/// <remarks>Immutable.</remarks>
public abstract record FeedMessage
{
    private FeedMessage() { }

    /// <summary>The next entry, and the place that it is at.</summary>
    public sealed record Entry(FeedPlace Place, JournalEntry Journal) : FeedMessage;

    /// <summary>Nothing has happened since a place.</summary>
    public sealed record Idle(FeedPlace Place) : FeedMessage;
}
