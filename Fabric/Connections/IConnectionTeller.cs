namespace Fabric.Connections;

/// <summary>Is told what other hosts that may see a connection are to know of it.</summary>
/// <remarks>Called by the table's owner in the middle of a change: must be quick, and must not fail.</remarks>
public interface IConnectionTeller
{
    /// <summary>A connection has begun here, has become another by packets that were seen here, or is still in use.</summary>
    /// <param name="record">What is known of it now.</param>
    /// <param name="lastSeen">When its last packet was seen, by the clock of whoever keeps the table.</param>
    void Tell(in ConnectionRecord record, TimeSpan lastSeen);
}
