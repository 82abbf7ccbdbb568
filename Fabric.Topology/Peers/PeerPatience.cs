namespace Fabric.Topology.Peers;

/// <summary>How patient hosts are with each other.</summary>
public static class PeerPatience
{
    /// <summary>Messages under way to a host at a time.</summary>
    public const int Window = 16;

    /// <summary>Words that wait for a host that does not answer, before it will be told everything instead.</summary>
    public const int MaxWaiting = 16_384;

    /// <summary>How long a message waits for its answer at least; each further one twice as long, up to <see cref="Last"/>.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    /// <summary>Times in a row that a host has not answered when it counts as one that does not: by then it is tried each <see cref="Last"/>.</summary>
    public const int MaxMissed = 6;

    /// <summary>How long a host must have said nothing for its next word to tell that it is there again.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>How often a host is tried that does not answer.</summary>
    public static readonly TimeSpan Last = TimeSpan.FromSeconds(3.2);
}
