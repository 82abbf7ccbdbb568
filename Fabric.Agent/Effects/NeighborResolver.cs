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

    private readonly Dictionary<NeighborKey, (int Tries, long Next)> _pending = [];
    private readonly List<NeighborKey> _due = [];

    /// <summary>Neighbors asked for that have not answered yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>Begins to ask for a neighbor; false if it is being asked for already, or too many are.</summary>
    public bool TryBegin(NeighborKey neighbor)
    {
        if (_pending.Count >= MaxPending || !_pending.TryAdd(neighbor, (1, After(RetryInterval))))
            return false;
        return true;
    }

    /// <summary>A neighbor answered; false if it was not asked.</summary>
    public bool Answered(NeighborKey neighbor) => _pending.Remove(neighbor);

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
            var tries = _pending[neighbor].Tries;
            if (tries >= MaxTries)
            {
                _pending.Remove(neighbor);
                failed.Add(neighbor);
            }
            else
            {
                _pending[neighbor] = (tries + 1, After(RetryInterval));
                again.Add(neighbor);
            }
        }
    }

    private long After(TimeSpan delay) => clock.GetTimestamp() + (long)(delay.TotalSeconds * clock.TimestampFrequency);
}
