using System.Runtime.InteropServices;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Effects;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Replica;

namespace Fabric.Agent.Upcalls;

/// <summary>The one thread that owns a datapath: waits for packets and for what others post, and handles both in turn.</summary>
public sealed class UpcallLoop : IDisposable
{
    /// <summary>How long the thread sleeps at most, so that waiting packets and idle flows get their time.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly IDatapath datapath;
    private readonly UpcallInbox inbox;
    private readonly UpcallParts parts;
    private readonly TimeProvider clock;
    private readonly UpcallBatch batch = new();
    private readonly Thread thread;
    private volatile bool isStopping;
    private long lastTick;
    private long lastSweep;

    /// <summary>Prepares the thread; <see cref="Start"/> lets it run.</summary>
    /// <param name="datapath">Owned by the loop from here on, disposed with it.</param>
    /// <param name="inbox">What others post.</param>
    /// <param name="parts">What the thread works with.</param>
    /// <param name="clock">The agent's clock.</param>
    public UpcallLoop(IDatapath datapath, UpcallInbox inbox, UpcallParts parts, TimeProvider clock)
    {
        this.datapath = datapath;
        this.inbox = inbox;
        this.parts = parts;
        this.clock = clock;
        thread = new Thread(Run) { Name = "upcall", IsBackground = true };
    }

    /// <summary>Why the thread ended by itself, or null while it runs or after it was stopped.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Called on the thread when it ends by a failure.</summary>
    public event Action<Exception>? Failed;

    /// <summary>Lets the thread run.</summary>
    public void Start() => thread.Start();

    /// <summary>One turn, for tests that have no thread: waits up to a time, then handles all that is there.</summary>
    public void Turn(TimeSpan timeout)
    {
        datapath.Poll(batch, inbox.Wake.Descriptor, timeout);
        inbox.Wake.Clear();
        inbox.RunWork();
        for (var i = 0; i < batch.Count; i++)
            parts.Path.Handle(batch[i]);
        if (clock.GetElapsedTime(lastTick) >= PollInterval || parts.Effects.HasReady)
        {
            lastTick = clock.GetTimestamp();
            parts.Effects.Tick(parts.Path.Resume);
        }
        // After admitting: a change that was published while the batch was decided finds its flows here.
        var tags = inbox.TakeTags(out var compareAll);
        if (compareAll)
            parts.Keeper.CompareAll();
        else if (tags.Count > 0)
            parts.Keeper.Compare(CollectionsMarshal.AsSpan(tags));
        if (clock.GetElapsedTime(lastSweep) >= SweepInterval)
        {
            lastSweep = clock.GetTimestamp();
            parts.Keeper.Sweep();
            parts.Learned.Expire();
        }
        datapath.Flush();
        parts.Keeper.TakeAnswers();
    }

    /// <summary>Ends the thread and closes the datapath; interfaces stay.</summary>
    public void Dispose()
    {
        isStopping = true;
        if (thread.IsAlive)
        {
            inbox.Post(() => { });
            thread.Join();
        }
        datapath.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!isStopping)
                Turn(PollInterval);
        }
        catch (Exception failure)
        {
            // The packet path without its thread is a dead agent: whoever composed it ends the process aloud.
            Failure = failure;
            Failed?.Invoke(failure);
        }
    }
}
