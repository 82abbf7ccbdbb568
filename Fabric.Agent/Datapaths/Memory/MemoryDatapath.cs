using System.Runtime.InteropServices;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.Memory;

/// <summary>A datapath without sockets: frames are put in and taken out by the caller. The flow table and the actions are the real ones.</summary>
/// <remarks>For tests and for whoever wants the agent without a network. Not thread-safe; nothing waits.</remarks>
public sealed class MemoryDatapath(TimeProvider clock) : IDatapath
{
    private readonly FlowStore flows = new();
    private readonly SortedDictionary<uint, string> ports = [];
    private readonly List<uint> vanished = [];
    private readonly Queue<(uint Port, byte[] Frame)> incoming = new();
    private readonly List<(uint Port, byte[] Frame)> outgoing = [];
    private readonly List<GCHandle> pinned = [];
    private readonly List<byte[]> upcalls = [];
    private uint lastPort;

    /// <inheritdoc/>
    public string Kind => "memory";

    /// <summary>Flows held.</summary>
    public int FlowCount => flows.Count;

    /// <summary>Distinct masks.</summary>
    public int MaskCount => flows.Masks;

    /// <summary>Lets a frame come in by a port at the next poll.</summary>
    public void Receive(uint port, ReadOnlySpan<byte> frame) => incoming.Enqueue((port, frame.ToArray()));

    /// <summary>Takes the frames that went out since the last call, in order.</summary>
    public IReadOnlyList<(uint Port, byte[] Frame)> TakeSent()
    {
        var sent = outgoing.ToArray();
        outgoing.Clear();
        return sent;
    }

    /// <inheritdoc/>
    public uint AddPort(string interfaceName)
    {
        ports.Add(++lastPort, interfaceName);
        return lastPort;
    }

    /// <inheritdoc/>
    public void RemovePort(uint port) => ports.Remove(port);

    /// <summary>Lets a port's interface vanish.</summary>
    public void Vanish(uint port)
    {
        ports.Remove(port);
        vanished.Add(port);
    }

    /// <inheritdoc/>
    public void TakeVanishedPorts(ICollection<uint> target)
    {
        foreach (var port in vanished)
            target.Add(port);
        vanished.Clear();
    }

    /// <inheritdoc/>
    public unsafe void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout)
    {
        batch.Clear();
        Unpin();
        while (!batch.IsFull && incoming.TryDequeue(out var item))
        {
            FlowKeyReader.Read(item.Frame, item.Port, out var key);
            if (flows.Match(key, item.Frame.Length, clock.GetTimestamp()) is { } entry)
            {
                Execute(item.Frame, default, entry.Flow.Actions);
                continue;
            }
            var handle = GCHandle.Alloc(item.Frame, GCHandleType.Pinned);
            pinned.Add(handle);
            ref var upcall = ref batch.Add();
            upcall.Key = key;
            upcall.Frame = (byte*)handle.AddrOfPinnedObject();
            upcall.FrameLength = item.Frame.Length;
            upcall.Offload = default;
            upcall.Handle = upcalls.Count;
            upcall.IsKeyIncomplete = false;
            upcalls.Add(item.Frame);
        }
    }

    /// <inheritdoc/>
    public void Put(DatapathFlow flow) => flows.Put(flow);

    /// <inheritdoc/>
    public void Delete(DatapathFlow flow) => flows.Delete(flow);

    /// <inheritdoc/>
    public void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions) => Execute(upcalls[upcall.Handle], default, actions);

    /// <inheritdoc/>
    public void Execute(ReadOnlySpan<byte> frame, VirtioNetHeader offload, ReadOnlySpan<FlowAction> actions)
    {
        if (!PacketLayout.TryParse(frame, out var layout))
            return;
        var buffer = new byte[ActionExecutor.Headroom + frame.Length];
        frame.CopyTo(buffer.AsSpan(ActionExecutor.Headroom));
        var executor = new ActionExecutor(buffer, ActionExecutor.Headroom, layout, actions);
        while (executor.MoveNext())
        {
            if (executor.Current.Kind == FlowActionKind.Output && ports.ContainsKey(executor.Current.Port))
                outgoing.Add((executor.Current.Port, executor.Frame.ToArray()));
        }
    }

    /// <inheritdoc/>
    public void Flush() { }

    /// <inheritdoc/>
    public void TakeAnswers(ICollection<FlowAnswer> answers) => flows.TakeAnswers(answers);

    /// <inheritdoc/>
    public bool TryGetStatistics(DatapathFlow flow, out FlowStatistics statistics) => flows.TryGetStatistics(flow.Id, out statistics);

    /// <inheritdoc/>
    public void GetPortCounters(ICollection<PortCounters> counters)
    {
        foreach (var (port, name) in ports)
            counters.Add(new PortCounters(port, name, 0, 0, 0, 0, 0));
    }

    /// <inheritdoc/>
    public void Dispose() => Unpin();

    private void Unpin()
    {
        foreach (var handle in pinned)
            handle.Free();
        pinned.Clear();
        upcalls.Clear();
    }
}
