using System.Runtime.InteropServices;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Effects;
using Fabric.Agent.FlowTable;
using Fabric.Agent.Replica;

namespace Fabric.Agent.Upcalls;

/// <summary>A thread that owns one side of a datapath: waits for packets and for what others post, and handles both in turn.</summary>
public sealed class UpcallLoop : IDisposable
{
    /// <summary>How long the thread sleeps at most, so that waiting packets and idle flows get their time.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromSeconds(1);

    private readonly IDatapath _datapath;
    private readonly UpcallInbox _inbox;
    private readonly UpcallParts _parts;
    private readonly TurnClock _clock;
    private readonly UpcallBatch _batch = new();
    private readonly List<uint> _vanished = [];
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _lastTick;
    private long _lastExpiry;
    private bool _isBusy;

    /// <summary>Prepares the thread; <see cref="Start"/> lets it run.</summary>
    /// <param name="datapath">Owned by the loop from here on, disposed with it.</param>
    /// <param name="inbox">What others post.</param>
    /// <param name="parts">What the thread works with.</param>
    /// <param name="clock">The clock of the thread's turns.</param>
    public UpcallLoop(IDatapath datapath, UpcallInbox inbox, UpcallParts parts, TurnClock clock)
    {
        (_datapath, _inbox, _parts, _clock) = (datapath, inbox, parts, clock);
        _thread = new Thread(Run) { Name = "upcall", IsBackground = true };
    }

    /// <summary>Why the thread ended by itself, or null while it runs or after it was stopped.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Turns that have ended; read on the thread only.</summary>
    public long Turns { get; private set; }

    /// <summary>Called on the thread when it ends by a failure.</summary>
    public event Action<Exception>? Failed;

    /// <summary>Lets the thread run.</summary>
    public void Start() => _thread.Start();

    /// <summary>One turn, for tests that have no thread: waits up to a time, then handles all that is there.</summary>
    public void Turn(TimeSpan timeout)
    {
        _datapath.Poll(_batch, _inbox.Wake.Descriptor, _isBusy ? TimeSpan.Zero : _parts.Liveness?.Until(timeout) ?? timeout);
        _clock.Begin();
        _inbox.Wake.Clear();
        _inbox.RunWork();
        for (var i = 0; i < _batch.Count; i++)
            _parts.Path.Handle(_batch[i]);
        if (_clock.GetElapsedTime(_lastTick) >= PollInterval || _parts.Effects.HasReady)
        {
            _lastTick = _clock.GetTimestamp();
            _parts.Effects.ExpireConnections();
            TakeVanishedPorts();
            _parts.Effects.Tick(_parts.Path.Resume);
        }
        // After admitting: a change that was published while the batch was decided finds its flows here.
        var tags = _inbox.TakeTags(out var compareAll);
        if (compareAll)
            _parts.Keeper.TouchAll();
        else if (tags.Count > 0)
        {
            _parts.Keeper.Touch(CollectionsMarshal.AsSpan(tags));
            _parts.Effects.Unknown.Hear(CollectionsMarshal.AsSpan(tags), _parts.Path.Resume);
        }
        _isBusy = _parts.Keeper.Work();
        if (_clock.GetElapsedTime(_lastExpiry) >= ExpiryInterval)
        {
            _lastExpiry = _clock.GetTimestamp();
            _parts.Effects.Expire();
            _parts.Use?.Mark(_parts.Flows, _lastExpiry);
        }
        // After the packets of this turn: what has come back is no silence.
        _isBusy |= _parts.Liveness?.Work() ?? false;
        _datapath.Flush();
        _parts.Keeper.TakeAnswers();
        if (_batch.Count > 0)
            _parts.Path.Counters.Setup.Add(_clock.Spent, _batch.Count);
        Turns++;
    }

    /// <summary>Called on the thread when ports of the datapath lost their interfaces.</summary>
    public event Action<IReadOnlyList<uint>>? PortsVanished;

    /// <summary>Ends the thread and closes the datapath; interfaces stay.</summary>
    public void Dispose()
    {
        _isStopping = true;
        if (_thread.IsAlive)
        {
            _inbox.Post(() => { });
            _thread.Join();
        }
        _datapath.Dispose();
    }

    private void TakeVanishedPorts()
    {
        _datapath.TakeVanishedPorts(_vanished);
        if (_vanished.Count == 0)
            return;
        _vanished.ForEach(_parts.Ports.Remove);
        PortsVanished?.Invoke([.. _vanished]);
        _vanished.Clear();
    }

    private void Run()
    {
        try
        {
            while (!_isStopping)
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
