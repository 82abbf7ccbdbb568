namespace Fabric.Agent.Cli.Capturing;

/// <summary>Puts packets of several hosts into the order of their times: each is held back until every source has told what came before it.</summary>
/// <remarks>Owned by one thread. Times are those of the hosts' clocks. A source that tells nothing holds the others up for a while only.</remarks>
internal sealed class CaptureWindow
{
    /// <summary>Packets that are held back at most; of more the earliest goes at once.</summary>
    public const int MaxHeld = 1 << 16;

    private readonly TimeSpan _longest;
    private readonly DateTimeOffset[] _until;
    private readonly PriorityQueue<CapturedFrame, (DateTimeOffset Time, long Order)> _held = new();
    private long _order;

    /// <summary>Begins.</summary>
    /// <param name="sources">How many there are.</param>
    /// <param name="longest">How long a packet is held back at most.</param>
    public CaptureWindow(int sources, TimeSpan longest) => (_until, _longest) = (new DateTimeOffset[sources], longest);

    /// <summary>Takes what a source tells.</summary>
    public void Take(int source, in CaptureNews news)
    {
        if (news.Frame is { } frame)
            _held.Enqueue(frame, (frame.Packet.Time, _order++));
        else
            _until[source] = news.Until;
    }

    /// <summary>Gives the next packet that may go.</summary>
    /// <param name="now">The time; <see cref="DateTimeOffset.MaxValue"/> for all that there are.</param>
    /// <param name="frame">The packet.</param>
    public bool TryGive(DateTimeOffset now, out CapturedFrame frame)
    {
        frame = default;
        if (!_held.TryPeek(out var next, out var priority))
            return false;
        if (priority.Time > _until.Min() && now - priority.Time < _longest && _held.Count <= MaxHeld)
            return false;
        frame = next;
        _held.Dequeue();
        return true;
    }
}
