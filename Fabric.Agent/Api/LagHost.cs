namespace Fabric.Agent.Api;

/// <summary>How long ago others first told of what this agent does not know of the journal yet.</summary>
/// <remarks>
/// Any thread. It is as exact as it is asked often; the agent itself asks each five seconds. In a busy network there is always an entry that is
/// under way; an agent is as far behind as the oldest of those that it waits for, so entries that come as they should never add up.
/// </remarks>
internal sealed class LagHost(TimeProvider clock)
{
    /// <summary>Positions that are kept at most, and seconds between them at least: 10 minutes behind is told as such whatever comes after.</summary>
    private const int MaxAwaited = 600;

    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<(long Position, long Told)> _awaited = [];
    private (long Position, long Told) _last;

    /// <summary>How long it has been behind; zero while it is not.</summary>
    /// <param name="own">The position that this agent has reached.</param>
    /// <param name="head">The farthest that any host has told of.</param>
    public TimeSpan Of(long own, long head)
    {
        lock (_lock)
        {
            while (_awaited.TryPeek(out var oldest) && oldest.Position <= own)
                _awaited.Dequeue();
            if (head > own && (_awaited.Count == 0 || IsWorthKeeping(head)))
                _awaited.Enqueue(_last = (head, clock.GetTimestamp()));
            return _awaited.TryPeek(out var first) ? clock.GetElapsedTime(first.Told) : TimeSpan.Zero;
        }
    }

    private bool IsWorthKeeping(long head) =>
        head > _last.Position && _awaited.Count < MaxAwaited && clock.GetElapsedTime(_last.Told) >= s_between;
}
