namespace Fabric.Topology.Peers;

/// <summary>How patient hosts are with each other.</summary>
public static class PeerPatience
{
    /// <summary>Messages under way to a host at a time.</summary>
    public const int Window = 16;

    /// <summary>Words that wait for a host that does not answer, before it will be told everything instead.</summary>
    public const int MaxWaiting = 16_384;

    /// <summary>How long the first message waits for its answer; each further one twice as long, up to <see cref="Last"/>.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a host is tried that does not answer.</summary>
    public static readonly TimeSpan Last = TimeSpan.FromSeconds(3.2);
}
