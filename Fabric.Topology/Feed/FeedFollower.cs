using Fabric.Protocol;

namespace Fabric.Topology.Feed;

/// <summary>A node that this one feeds: what it has been sent, and what it may be sent yet.</summary>
internal sealed class FeedFollower
{
    /// <summary>The position of the entry that is sent next, or goes on.</summary>
    public long Next { get; set; }

    /// <summary>How many bytes of that entry were sent.</summary>
    public int Offset { get; set; }

    /// <summary>Parts that it may be sent until it asks again.</summary>
    public int Credit { get; set; }

    /// <summary>When it asked last, as a timestamp.</summary>
    public long Asked { get; set; }

    /// <summary>How far it is, and those that it feeds.</summary>
    public RelayReach Reach { get; set; }
}
