using System.Collections.Concurrent;
using Fabric.Agent.Host;
using Fabric.Flows;
using Fabric.Topology.Replica;

namespace Fabric.Agent.Upcalls;

/// <summary>What other threads tell an upcall thread: touched tags, and work that only it may do.</summary>
/// <remarks>
/// Posting never blocks and loses nothing: past <see cref="MaxTags"/> the tags collapse into one mark to compare all flows. Any thread may
/// post; only the upcall thread takes.
/// </remarks>
public sealed class UpcallInbox : IReplicaSubscriber, IDisposable
{
    /// <summary>Tags that may wait before they collapse.</summary>
    public const int MaxTags = 65_536;

    /// <summary>Work that may wait before more of what can be left out is refused.</summary>
    public const int MaxWork = 4096;

    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<Action> _work = new();
    private List<FlowTag> _tags = [];
    private List<FlowTag> _taken = [];
    private bool _mustCompareAll;

    /// <summary>Wakes the thread out of its wait.</summary>
    public WakeSignal Wake { get; } = new();

    /// <summary>How often tags collapsed.</summary>
    public long Collapses { get; private set; }

    /// <inheritdoc/>
    public void Post(ReadOnlySpan<FlowTag> touched)
    {
        if (touched.IsEmpty)
            return;
        lock (_gate)
        {
            if (_mustCompareAll)
                return;
            if (_tags.Count + touched.Length > MaxTags)
                Collapse();
            else
                _tags.AddRange(touched);
        }
        Wake.Set();
    }

    /// <inheritdoc/>
    public void PostCompareAll()
    {
        lock (_gate)
            Collapse();
        Wake.Set();
    }

    /// <summary>Has the thread do something; for adding ports, reading its tables, stopping.</summary>
    public void Post(Action action)
    {
        _work.Enqueue(action);
        Wake.Set();
    }

    /// <summary>Has the thread do something that may be left out when too much waits already.</summary>
    public bool TryPost(Action action)
    {
        if (_work.Count >= MaxWork)
            return false;
        Post(action);
        return true;
    }

    /// <summary>Does the work that waits.</summary>
    public void RunWork()
    {
        while (_work.TryDequeue(out var action))
            action();
    }

    /// <summary>Takes the tags that wait; they stand until the next call.</summary>
    /// <param name="compareAll">Compare all flows instead.</param>
    public List<FlowTag> TakeTags(out bool compareAll)
    {
        _taken.Clear();
        lock (_gate)
        {
            (_tags, _taken) = (_taken, _tags);
            compareAll = _mustCompareAll;
            _mustCompareAll = false;
        }
        return _taken;
    }

    /// <inheritdoc/>
    public void Dispose() => Wake.Dispose();

    private void Collapse()
    {
        _tags.Clear();
        _mustCompareAll = true;
        Collapses++;
    }
}
