using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <summary>A datapath in this process: AF_PACKET sockets, a flow table, and actions done to frames where they were received.</summary>
/// <remarks>
/// One thread owns it. A frame is copied by the kernel into a batch and by the kernel out of it, and never in between; frames of many
/// segments cross whole, with the header in which the sender's kernel says what is left to be done. Cut by aspect: Ports, Frames.
/// </remarks>
public sealed partial class UserDatapath(TimeProvider clock) : IDatapath
{
    private const ulong WakeToken = ulong.MaxValue;

    private readonly PollSet pollSet = new();
    private readonly PollEvent[] events = new PollEvent[PollSet.MaxEvents];
    private readonly FrameBatch received = new();
    private readonly FrameBatch made = new();
    private readonly FlowStore flows = new();
    private FileDescriptor? wakeDescriptor;

    /// <inheritdoc/>
    public string Kind => "user";

    /// <summary>Flows held.</summary>
    public int FlowCount => flows.Count;

    /// <summary>Distinct masks: what a packet may have to be looked up under.</summary>
    public int MaskCount => flows.Masks;

    /// <inheritdoc/>
    public void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout)
    {
        batch.Clear();
        // Frames of the last batch may still be queued for sending.
        Flush();
        WatchWake(wake);
        Wait(ready.Count > 0 ? 0 : (int)timeout.TotalMilliseconds);
        // One batch a port and turn, so that a busy port leaves room for the others.
        for (var turns = ready.Count; turns > 0 && batch.Count == 0; turns--)
        {
            var port = ready.Dequeue();
            port.IsReady = false;
            if (ports.GetValueOrDefault(port.Number) == port)
                Receive(port, batch);
        }
    }

    /// <inheritdoc/>
    public void Put(DatapathFlow flow) => flows.Put(flow);

    /// <inheritdoc/>
    public void Delete(DatapathFlow flow) => flows.Delete(flow);

    /// <inheritdoc/>
    public void TakeAnswers(ICollection<FlowAnswer> answers) => flows.TakeAnswers(answers);

    /// <inheritdoc/>
    public bool TryGetStatistics(DatapathFlow flow, out FlowStatistics statistics) => flows.TryGetStatistics(flow.Id, out statistics);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var port in ports.Values)
            port.Socket.Dispose();
        ports.Clear();
        received.Dispose();
        made.Dispose();
        pollSet.Dispose();
    }

    private void WatchWake(FileDescriptor wake)
    {
        if (ReferenceEquals(wakeDescriptor, wake))
            return;
        if (wakeDescriptor is not null)
            pollSet.Remove(wakeDescriptor);
        wakeDescriptor = wake;
        pollSet.Add(wake, WakeToken);
    }

    private void Wait(int timeoutMilliseconds)
    {
        var count = pollSet.Wait(events, timeoutMilliseconds);
        for (var i = 0; i < count; i++)
        {
            if (events[i].Token != WakeToken && ports.TryGetValue((uint)events[i].Token, out var port))
                MarkReady(port);
        }
    }
}
