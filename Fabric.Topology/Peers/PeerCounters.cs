namespace Fabric.Topology.Peers;

/// <summary>Counts what became of messages between agents.</summary>
/// <remarks>Any thread.</remarks>
public sealed class PeerCounters
{
    private readonly long[] _drops = new long[Enum.GetValues<PeerDrop>().Length];
    private long _sent;
    private long _heard;

    /// <summary>Messages that were sealed and handed to the transport.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Messages that a listener was told.</summary>
    public long Heard => Interlocked.Read(ref _heard);

    /// <summary>Datagrams and messages that went nowhere for a reason.</summary>
    public long DropsOf(PeerDrop reason) => Interlocked.Read(ref _drops[(int)reason]);

    internal void CountSent() => Interlocked.Increment(ref _sent);

    internal void CountHeard() => Interlocked.Increment(ref _heard);

    internal void Count(PeerDrop reason) => Interlocked.Increment(ref _drops[(int)reason]);
}
