namespace Fabric.Agent.Cli.Capturing;

/// <summary>Puts packets of several hosts into the order of their times: each is held back for a while, in which earlier ones may come.</summary>
/// <remarks>Owned by one thread. Times are those of the hosts' clocks; a packet that comes later than the window is put where it is then.</remarks>
/// <param name="window">How long a packet is held back.</param>
internal sealed class CaptureWindow(TimeSpan window)
{
    /// <summary>Packets that are held back at most; of more the earliest goes at once.</summary>
    public const int MaxHeld = 1 << 16;

    private readonly PriorityQueue<CapturedFrame, (DateTimeOffset Time, long Order)> _held = new();
    private long _order;

    /// <summary>Takes a packet.</summary>
    public void Add(in CapturedFrame frame) => _held.Enqueue(frame, (frame.Packet.Time, _order++));

    /// <summary>Gives the next packet that has been held back for long enough, or is one too many.</summary>
    /// <param name="now">The time; <see cref="DateTimeOffset.MaxValue"/> for all that there are.</param>
    /// <param name="frame">The packet.</param>
    public bool TryTake(DateTimeOffset now, out CapturedFrame frame)
    {
        if (_held.TryPeek(out frame, out var priority) && (now - priority.Time >= window || _held.Count > MaxHeld))
        {
            _held.Dequeue();
            return true;
        }
        frame = default;
        return false;
    }
}
