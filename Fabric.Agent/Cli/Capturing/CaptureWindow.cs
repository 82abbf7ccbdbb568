namespace Fabric.Agent.Cli.Capturing;

/// <summary>Puts packets of several hosts into the order of their times: each is held back until every source has told what came before it.</summary>
/// <remarks>
/// Owned by one thread. Packets are in the order of the hosts' clocks, as far as these are not ahead of the clock here: no packet was sent after it came,
/// and one that says so stands where it came. How long one is held back is told by the clock here alone. So a source that tells nothing, and a host whose
/// clock is wrong by any amount, hold the others up for a while only.
/// </remarks>
internal sealed class CaptureWindow
{
    /// <summary>Packets that are held back at most; of more the earliest goes at once.</summary>
    public const int MaxHeld = 1 << 16;

    private readonly TimeSpan _longest;
    private readonly DateTimeOffset[] _until;
    private readonly PriorityQueue<CapturedFrame, (DateTimeOffset Time, long Order)> _held = new();
    private readonly Queue<(long Order, DateTimeOffset Arrived)> _arrived = new();
    private readonly HashSet<long> _gone = [];
    private long _order;

    /// <summary>Begins.</summary>
    /// <param name="sources">How many there are.</param>
    /// <param name="longest">How long a packet is held back at most.</param>
    public CaptureWindow(int sources, TimeSpan longest) => (_until, _longest) = (new DateTimeOffset[sources], longest);

    /// <summary>Takes what a source tells.</summary>
    /// <param name="source">Which.</param>
    /// <param name="news">What it tells.</param>
    /// <param name="now">The time here.</param>
    public void Take(int source, in CaptureNews news, DateTimeOffset now)
    {
        if (news.Frame is { } frame)
        {
            _arrived.Enqueue((_order, now));
            _held.Enqueue(frame, (Earlier(frame.Packet.Time, now), _order++));
        }
        else
            _until[source] = Earlier(news.Until, now);
    }

    /// <summary>Gives the next packet that may go.</summary>
    /// <param name="now">The time here; <see cref="DateTimeOffset.MaxValue"/> for all that there are.</param>
    /// <param name="frame">The packet.</param>
    public bool TryGive(DateTimeOffset now, out CapturedFrame frame)
    {
        frame = default;
        if (!_held.TryPeek(out var next, out var priority))
            return false;
        // What has waited too long goes in its place: those before it go first.
        if (priority.Time > _until.Min() && now - _arrived.Peek().Arrived < _longest && _held.Count <= MaxHeld)
            return false;
        frame = next;
        _held.Dequeue();
        _gone.Add(priority.Order);
        while (_arrived.TryPeek(out var first) && _gone.Remove(first.Order))
            _arrived.Dequeue();
        return true;
    }

    private static DateTimeOffset Earlier(DateTimeOffset time, DateTimeOffset now) => time < now ? time : now;
}
