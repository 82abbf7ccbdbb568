using Fabric.Tests.Actors;
using Fabric.Tests.Journal;
using Fabric.Tests.Membership;

namespace Fabric.Tests.World;

/// <summary>The database that all agents share: outlives them all, and can be away, slow, out of reach of some, or take a commit and not answer.</summary>
internal sealed class WorldDatabase(OneThreadScheduler thread)
{
    private readonly Queue<Turn> _waiting = [];
    private Turn? _holder;

    public MemoryDisk Disk { get; } = new();

    public MemoryLeases Leases { get; } = new(thread.Time);

    public OneThreadScheduler Thread => thread;

    /// <summary>Nobody reaches it.</summary>
    public bool IsAway { get; set; }

    /// <summary>Hosts that do not reach it.</summary>
    public HashSet<ulong> Unreached { get; } = [];

    /// <summary>How long each answer takes.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>All reach it, and it is quick; commits go on to fail as planned.</summary>
    public void Heal()
    {
        IsAway = false;
        Unreached.Clear();
        Latency = TimeSpan.Zero;
    }

    /// <summary>Gives the head's lock, in the order asked.</summary>
    public async Task<Turn> LockAsync(WorldProcess process, CancellationToken cancellation)
    {
        var turn = new Turn(process);
        if (_holder is null)
        {
            _holder = turn;
            return turn;
        }
        _waiting.Enqueue(turn);
        using var givingUp = cancellation.Register(() => turn.Got.TrySetCanceled(cancellation));
        await turn.Got.Task;
        return turn;
    }

    /// <summary>Takes the lock back; that of somebody else stays.</summary>
    public void Unlock(Turn turn)
    {
        if (_holder != turn)
            return;
        _holder = null;
        while (_holder is null && _waiting.TryDequeue(out var next))
        {
            if (!next.Process.IsDead && next.Got.TrySetResult())
                _holder = next;
        }
    }

    /// <summary>The connections of a process break: what it has locked is free, but for a commit that is under way.</summary>
    public void Disconnect(WorldProcess process)
    {
        if (_holder is { IsCommitting: false } holder && holder.Process == process)
            Unlock(holder);
    }

    /// <summary>Somebody's turn at the head.</summary>
    internal sealed class Turn(WorldProcess process)
    {
        public WorldProcess Process => process;

        /// <summary>The database commits by itself and unlocks then.</summary>
        public bool IsCommitting { get; set; }

        public TaskCompletionSource Got { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
