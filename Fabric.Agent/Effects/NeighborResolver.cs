using Fabric.Devices;

namespace Fabric.Agent.Effects;

/// <summary>Asks for neighbors' addresses: at once, again after a second, and gives up after the third try (RFC 4861, section 10).</summary>
/// <remarks>Not thread-safe: owned by one upcall thread. One question at a time per neighbor, however many packets wait.</remarks>
public sealed class NeighborResolver(TimeProvider clock)
{
    /// <summary>Questions put before a neighbor is taken for unreachable: MAX_MULTICAST_SOLICIT.</summary>
    public const int MaxTries = 3;

    /// <summary>Time between two questions: RETRANS_TIMER.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Neighbors asked for at the same time; what comes after waits for its packet's next try.</summary>
    public const int MaxPending = 4096;

    /// <summary>Of these, neighbors that packets of one port may have asked for: a scan of a subnet leaves room for others.</summary>
    public const int MaxPendingPerPort = 512;

    private readonly Dictionary<NeighborKey, (int Tries, long Next, PortId Payer)> _pending = [];
    private readonly PortShares _shares = new(MaxPendingPerPort);
    private readonly List<NeighborKey> _due = [];

    /// <summary>Neighbors asked for that have not answered yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>Begins to ask for a neighbor; false if it is being asked for already, or too many are.</summary>
    /// <param name="neighbor">The neighbor.</param>
    /// <param name="payer">The exterior port whose packet asks; default for the network itself.</param>
    public bool TryBegin(NeighborKey neighbor, PortId payer = default)
    {
        if (_pending.Count >= MaxPending || _pending.ContainsKey(neighbor) || !_shares.TryTake(payer))
            return false;
        _pending.Add(neighbor, (1, After(RetryInterval), payer));
        return true;
    }

    /// <summary>A neighbor answered; false if it was not asked.</summary>
    public bool Answered(NeighborKey neighbor)
    {
        if (!_pending.Remove(neighbor, out var state))
            return false;
        _shares.Return(state.Payer);
        return true;
    }

    /// <summary>Finds the neighbors to ask again, and those that did not answer in time.</summary>
    public void Tick(ICollection<NeighborKey> again, ICollection<NeighborKey> failed)
    {
        var now = clock.GetTimestamp();
        _due.Clear();
        foreach (var (neighbor, state) in _pending)
        {
            if (state.Next <= now)
                _due.Add(neighbor);
        }
        foreach (var neighbor in _due)
        {
            var (tries, _, payer) = _pending[neighbor];
            if (tries >= MaxTries)
            {
                Answered(neighbor);
                failed.Add(neighbor);
            }
            else
            {
                _pending[neighbor] = (tries + 1, After(RetryInterval), payer);
                again.Add(neighbor);
            }
        }
    }

    private long After(TimeSpan delay) => clock.GetTimestamp() + (long)(delay.TotalSeconds * clock.TimestampFrequency);
}
