using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <summary>A datapath in this process: AF_PACKET sockets, a flow table, and actions done to frames where they were received.</summary>
/// <remarks>
/// One thread owns it. A frame is copied by the kernel into a batch and by the kernel out of it, and never in between; frames of many
/// segments cross whole, with the header in which the sender's kernel says what is left to be done. Cut by aspect: Ports, Frames, Tunnel.
/// </remarks>
public sealed partial class UserDatapath(TimeProvider clock) : IDatapath
{
    private const ulong WakeToken = ulong.MaxValue;

    private readonly PollSet _pollSet = new();
    private readonly PollEvent[] _events = new PollEvent[PollSet.MaxEvents];
    private readonly FrameBatch _received = new();
    private readonly FrameBatch _made = new();
    private readonly FlowStore _flows = new();
    private FileDescriptor? _wakeDescriptor;

    /// <inheritdoc/>
    public string Kind => "user";

    /// <summary>Flows held.</summary>
    public int FlowCount => _flows.Count;

    /// <summary>Distinct masks: what a packet may have to be looked up under.</summary>
    public int MaskCount => _flows.Masks;

    /// <inheritdoc/>
    public void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout)
    {
        batch.Clear();
        // Frames of the last batch may still be queued for sending.
        Flush();
        WatchWake(wake);
        Wait(_ready.Count > 0 || _isTunnelReady ? 0 : (int)timeout.TotalMilliseconds);
        // One batch a port and turn, so that a busy port leaves room for the others.
        if (_isTunnelReady)
            ReceiveTunneled(batch);
        for (var turns = _ready.Count; turns > 0 && batch.Count == 0; turns--)
        {
            var port = _ready.Dequeue();
            port.IsReady = false;
            if (_ports.GetValueOrDefault(port.Number) == port)
                Receive(port, batch);
        }
    }

    /// <inheritdoc/>
    public void Put(DatapathFlow flow) => _flows.Put(flow);

    /// <inheritdoc/>
    public void Delete(FlowId flow) => _flows.Delete(flow);

    /// <inheritdoc/>
    public void TakeAnswers(ICollection<FlowAnswer> answers) => _flows.TakeAnswers(answers);

    /// <inheritdoc/>
    public bool TryGetStatistics(FlowId flow, out FlowStatistics statistics) => _flows.TryGetStatistics(flow, out statistics);

    /// <inheritdoc/>
    public RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings) => _flows.ReadStatistics(limit, readings);

    /// <inheritdoc/>
    public void DetachLeftovers(IReadOnlyCollection<uint> claimed) { }

    /// <inheritdoc/>
    /// <remarks>Its flows end with the process that has them.</remarks>
    public IReadOnlyList<LeftFlow> TakeLeftovers(Func<uint, bool> isWanted) => [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var port in _ports.Values)
            port.Socket.Dispose();
        _ports.Clear();
        CloseTunnel();
        _received.Dispose();
        _made.Dispose();
        _pollSet.Dispose();
    }

    private void WatchWake(FileDescriptor wake)
    {
        if (ReferenceEquals(_wakeDescriptor, wake))
            return;
        if (_wakeDescriptor is not null)
            _pollSet.Remove(_wakeDescriptor);
        _wakeDescriptor = wake;
        _pollSet.Add(wake, WakeToken);
    }

    private void Wait(int timeoutMilliseconds)
    {
        var count = _pollSet.Wait(_events, timeoutMilliseconds);
        for (var i = 0; i < count; i++)
        {
            if (_events[i].Token is TunnelToken)
                _isTunnelReady = true;
            else if (_events[i].Token != WakeToken && _ports.TryGetValue((uint)_events[i].Token, out var port))
                MarkReady(port);
        }
    }
}
