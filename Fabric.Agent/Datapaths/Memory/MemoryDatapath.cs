using System.Runtime.InteropServices;
using Fabric.Addresses;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.Memory;

/// <summary>A datapath without sockets: frames are put in and taken out by the caller. The flow table and the actions are the real ones.</summary>
/// <remarks>For tests and for whoever wants the agent without a network. Not thread-safe; a poll waits for the wake alone.</remarks>
public sealed class MemoryDatapath(TimeProvider clock) : IDatapath
{
    private readonly FlowStore _flows = new();
    private readonly SortedDictionary<uint, string> _ports = [];
    private readonly List<uint> _vanished = [];
    private readonly Queue<(uint Port, byte[] Frame)> _incoming = new();
    private readonly List<(uint Port, byte[] Frame)> _outgoing = [];
    private readonly List<GCHandle> _pinned = [];
    private readonly List<byte[]> _upcalls = [];
    private readonly List<LeftFlow> _leftovers = [];
    private uint _lastPort;
    private PollSet? _poll;

    /// <inheritdoc/>
    public string Kind => "memory";

    /// <summary>Flows held.</summary>
    public int FlowCount => _flows.Count;

    /// <summary>Distinct masks.</summary>
    public int MaskCount => _flows.Masks;

    /// <summary>Lets a frame come in by a port at the next poll.</summary>
    public void Receive(uint port, ReadOnlySpan<byte> frame) => _incoming.Enqueue((port, frame.ToArray()));

    /// <summary>Has the datapath hold a flow as if an agent before this one had left it.</summary>
    public void Leave(DatapathFlow flow)
    {
        _flows.Put(flow);
        _flows.TakeAnswers(new List<FlowAnswer>());
        _leftovers.Add(new LeftFlow(flow, default));
    }

    /// <summary>Takes the frames that went out since the last call, in order.</summary>
    public IReadOnlyList<(uint Port, byte[] Frame)> TakeSent()
    {
        var sent = _outgoing.ToArray();
        _outgoing.Clear();
        return sent;
    }

    /// <inheritdoc/>
    public uint AddPort(string interfaceName)
    {
        _ports.Add(++_lastPort, interfaceName);
        return _lastPort;
    }

    /// <inheritdoc/>
    public uint AddTunnel(ushort udpPort, IReadOnlyList<IpAddress> own) => AddPort("tunnel");

    /// <inheritdoc/>
    public void Listen(uint port) { }

    /// <inheritdoc/>
    public void RemovePort(uint port) => _ports.Remove(port);

    /// <summary>Lets a port's interface vanish.</summary>
    public void Vanish(uint port)
    {
        _ports.Remove(port);
        _vanished.Add(port);
    }

    /// <inheritdoc/>
    public void TakeVanishedPorts(ICollection<uint> target)
    {
        foreach (var port in _vanished)
            target.Add(port);
        _vanished.Clear();
    }

    /// <inheritdoc/>
    public unsafe void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout)
    {
        batch.Clear();
        Unpin();
        if (_incoming.Count == 0 && timeout > TimeSpan.Zero)
            Wait(wake, timeout);
        while (!batch.IsFull && _incoming.TryDequeue(out var item))
        {
            FlowKeyReader.Read(item.Frame, item.Port, out var key);
            if (_flows.Match(key, item.Frame.Length, clock.GetTimestamp()) is { } entry && item.Frame.Length <= entry.LongestFrame)
            {
                Execute(item.Frame, default, entry.Flow.Actions);
                continue;
            }
            var handle = GCHandle.Alloc(item.Frame, GCHandleType.Pinned);
            _pinned.Add(handle);
            ref var upcall = ref batch.Add();
            upcall.Key = key;
            upcall.Frame = (byte*)handle.AddrOfPinnedObject();
            upcall.FrameLength = item.Frame.Length;
            upcall.Offload = default;
            upcall.Handle = _upcalls.Count;
            upcall.IsKeyIncomplete = false;
            _upcalls.Add(item.Frame);
        }
    }

    private void Wait(FileDescriptor wake, TimeSpan timeout)
    {
        if (_poll is null)
        {
            _poll = new PollSet();
            _poll.Add(wake, 0);
        }
        _poll.Wait(stackalloc PollEvent[1], (int)timeout.TotalMilliseconds);
    }

    /// <inheritdoc/>
    public void Put(DatapathFlow flow) => _flows.Put(flow);

    /// <inheritdoc/>
    public void Delete(FlowId flow) => _flows.Delete(flow);

    /// <inheritdoc/>
    public void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions) => Execute(_upcalls[upcall.Handle], default, actions);

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
            if (executor.Current.Kind == FlowActionKind.Output && _ports.ContainsKey(executor.Current.Port))
                _outgoing.Add((executor.Current.Port, executor.Frame.ToArray()));
        }
    }

    /// <inheritdoc/>
    public void Flush() { }

    /// <inheritdoc/>
    public void TakeAnswers(ICollection<FlowAnswer> answers) => _flows.TakeAnswers(answers);

    /// <inheritdoc/>
    public bool TryGetStatistics(FlowId flow, out FlowStatistics statistics) => _flows.TryGetStatistics(flow, out statistics);

    /// <inheritdoc/>
    public RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings) => _flows.ReadStatistics(limit, readings);

    /// <inheritdoc/>
    public void DetachLeftovers(IReadOnlyCollection<uint> claimed) { }

    /// <inheritdoc/>
    public IReadOnlyList<LeftFlow> TakeLeftovers(Func<uint, bool> isWanted)
    {
        var taken = _leftovers.FindAll(left => isWanted(left.Flow.Key.InPort));
        _leftovers.RemoveAll(left => isWanted(left.Flow.Key.InPort));
        return taken;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> GetFigures() => new Dictionary<string, long> { ["flows"] = FlowCount, ["masks"] = MaskCount };

    /// <inheritdoc/>
    public void GetPortCounters(ICollection<PortCounters> counters)
    {
        foreach (var (port, name) in _ports)
            counters.Add(new PortCounters(port, name, 0, 0, 0, 0, 0, 0));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unpin();
        _poll?.Dispose();
    }

    private void Unpin()
    {
        foreach (var handle in _pinned)
            handle.Free();
        _pinned.Clear();
        _upcalls.Clear();
    }
}
