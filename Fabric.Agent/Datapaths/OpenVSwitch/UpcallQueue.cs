namespace Fabric.Agent.Datapaths.OpenVSwitch;

/// <summary>Shares the room of a batch among the ports whose upcalls wait: deficit round robin.</summary>
/// <remarks>
/// Every port that waits gets the same share of each round, and one that was cut off by the end of a batch goes first in the next; so a port
/// that floods is served with what the others leave. Owned by one upcall thread. (Shreedhar and Varghese, 1995; every packet costs one.)
/// </remarks>
internal sealed class UpcallQueue
{
    /// <summary>Upcalls that a port may bring in a round while others wait too.</summary>
    public const int Quantum = 8;

    private readonly Queue<OvsPort> _ready = new();
    private OvsPort? _current;

    /// <summary>Nobody waits.</summary>
    public bool IsEmpty => _current is null && _ready.Count == 0;

    /// <summary>Enters a port whose upcalls wait; one that is entered already stays where it is.</summary>
    public void Add(OvsPort port)
    {
        if (port.IsReady)
            return;
        port.IsReady = true;
        port.Credit = 0;
        _ready.Enqueue(port);
    }

    /// <summary>Takes a port out, wherever it stands.</summary>
    public void Remove(OvsPort port)
    {
        if (_current == port)
            _current = null;
        // The queue is served in turn; a port that is not ready when its turn comes is passed over.
        port.IsReady = false;
    }

    /// <summary>The next port to serve, with how many upcalls it may bring; null if nobody waits.</summary>
    /// <param name="room">What is left of the batch, at least 1.</param>
    /// <param name="count">What it may bring now, at most the room.</param>
    public OvsPort? Next(int room, out int count)
    {
        while (_current is null && _ready.TryDequeue(out var next))
        {
            if (!next.IsReady)
                continue;
            _current = next;
            // Alone it may fill the batch.
            next.Credit += _ready.Count == 0 ? UpcallBatch.Capacity : Quantum;
        }
        count = Math.Min(room, _current?.Credit ?? 0);
        return _current;
    }

    /// <summary>Tells what a port has brought of what it might have.</summary>
    public void Served(OvsPort port, int allowed, int brought)
    {
        port.Credit -= brought;
        if (brought < allowed)
        {
            // Nothing waits any more; credit is not saved up.
            port.Credit = 0;
            port.IsReady = false;
            _current = null;
        }
        else if (port.Credit == 0)
        {
            _ready.Enqueue(port);
            _current = null;
        }
    }
}
