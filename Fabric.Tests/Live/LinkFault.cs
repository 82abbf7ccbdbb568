using Fabric.Addresses;

namespace Fabric.Tests.Live;

/// <summary>What a bad link does to frames. Shares are of 1; the dice are the link's own, seeded.</summary>
internal sealed record LinkFault
{
    /// <summary>A good link.</summary>
    public static LinkFault None { get; } = new();

    /// <summary>Lost, of those towards the host.</summary>
    public double LossIn { get; init; }

    /// <summary>Lost, of those from the host.</summary>
    public double LossOut { get; init; }

    /// <summary>Sent twice, both directions.</summary>
    public double Doubled { get; init; }

    /// <summary>How long each is under way at least.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How much longer at most: as they draw different times, frames overtake each other.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Frames longer than this vanish without a word: an MTU black hole.</summary>
    public int LongestFrameBytes { get; init; } = int.MaxValue;

    /// <summary>Frames from or to these addresses vanish: the link's host and those of these addresses are parted.</summary>
    public IReadOnlyList<IpAddress> Parted { get; init; } = [];

    /// <summary>The same loss both ways.</summary>
    public static LinkFault Loss(double share) => new() { LossIn = share, LossOut = share };
}
