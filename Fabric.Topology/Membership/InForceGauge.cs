namespace Fabric.Topology.Membership;

/// <summary>The position that this host's packets are decided by: every change up to it is done with, in the datapath too.</summary>
/// <remarks>Any thread may read; one part of the agent advances it.</remarks>
public sealed class InForceGauge
{
    private long _position;

    /// <summary>The position; 0 before the first.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Is told each new position, by who advances it; must not block.</summary>
    public event Action<long>? Advanced;

    /// <summary>Tells which position is in force now; it goes back only when the journal turned out to be another one.</summary>
    public void Advance(long position)
    {
        Interlocked.Exchange(ref _position, position);
        Advanced?.Invoke(position);
    }
}
