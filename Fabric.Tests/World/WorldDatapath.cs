using Fabric.Addresses;
using Fabric.Agent.Datapaths;
using Fabric.Agent.Datapaths.User;
using Fabric.Agent.Host.Interop;
using Fabric.Flows;

namespace Fabric.Tests.World;

/// <summary>One agent's access to its host's datapath. What it asks for takes effect when it flushes; answers and readings may get lost.</summary>
/// <param name="node">The host.</param>
/// <param name="random">Decides what gets lost.</param>
internal sealed class WorldDatapath(WorldNode node, Random random) : IDatapath
{
    /// <summary>Misses that wait for the agent; more are lost.</summary>
    private const int MaxMisses = 64;

    private readonly WorldSwitch _switch = node.Switch;
    private readonly Queue<(FlowKey Key, byte[] Frame)> _misses = [];
    private readonly List<byte[]> _taken = [];
    private readonly List<Action> _queued = [];
    private readonly List<FlowAnswer> _answers = [];
    private readonly HashSet<uint> _claimed = [];
    private readonly HashSet<uint> _listening = [];
    private readonly List<uint> _vanished = [];
    private readonly Queue<FlowId> _round = [];

    public string Kind => "world";

    /// <summary>The agent has ended its upcall thread.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>There is a packet to decide about.</summary>
    public bool HasMisses => _misses.Count > 0;

    /// <summary>A packet that no flow admits.</summary>
    public void Miss(in FlowKey key, byte[] frame)
    {
        if (_listening.Contains(key.InPort) && _misses.Count < MaxMisses)
            _misses.Enqueue((key, frame));
    }

    /// <summary>The interface of a port is gone.</summary>
    public void Vanish(uint port) => _vanished.Add(port);

    public uint AddPort(string interfaceName)
    {
        if (!node.Links.ContainsKey(interfaceName) || node.Fails())
            throw new LinuxException($"attach {interfaceName}", Errno.NoDevice);
        return Claim(_switch.Attach(interfaceName));
    }

    public uint AddTunnel(ushort udpPort, IReadOnlyList<IpAddress> own)
    {
        if (node.Fails())
            throw new LinuxException("open the tunnel", Errno.AddressInUse);
        return Claim(_switch.Attach(""));
    }

    public void Listen(uint port) => _listening.Add(port);

    public void RemovePort(uint port)
    {
        _switch.Detach(port);
        _claimed.Remove(port);
        _listening.Remove(port);
    }

    public void TakeVanishedPorts(ICollection<uint> ports)
    {
        _vanished.ForEach(ports.Add);
        _vanished.Clear();
    }

    public unsafe void Poll(UpcallBatch batch, FileDescriptor wake, TimeSpan timeout)
    {
        batch.Clear();
        _taken.Clear();
        while (!batch.IsFull && _misses.TryDequeue(out var miss))
        {
            var bytes = GC.AllocateUninitializedArray<byte>(miss.Frame.Length, pinned: true);
            miss.Frame.CopyTo(bytes, 0);
            ref var upcall = ref batch.Add();
            upcall = default;
            upcall.Key = miss.Key;
            upcall.Frame = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref bytes[0]);
            upcall.FrameLength = bytes.Length;
            upcall.Handle = _taken.Count;
            _taken.Add(bytes);
        }
    }

    public void Put(DatapathFlow flow)
    {
        // The datapath's own: the agent makes another flow of the object when it believes that this one has ended.
        var copy = new DatapathFlow(flow.Id, flow.Key, flow.Mask, flow.Actions);
        _queued.Add(() =>
        {
            if (node.Fails())
                Answer(new FlowAnswer(copy.Id, FlowAnswerKind.Failed, (int)Errno.NoBuffers, "no room", default));
            else
                Answer(
                    new FlowAnswer(
                        copy.Id,
                        _switch.Flows.TryAdd(copy) ? FlowAnswerKind.Installed : FlowAnswerKind.Duplicate,
                        0,
                        null,
                        default
                    )
                );
        });
    }

    public void Delete(FlowId flow) =>
        _queued.Add(() =>
        {
            var entry = _switch.Flows.Remove(flow);
            Answer(
                new FlowAnswer(flow, entry is null ? FlowAnswerKind.Gone : FlowAnswerKind.Deleted, 0, null, entry?.Statistics ?? default)
            );
        });

    public void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions)
    {
        var (frame, copy) = (_taken[upcall.Handle], actions.ToArray());
        node.Judge(upcall.Key, frame, copy, "decided");
        _queued.Add(() => _switch.Execute(frame, copy));
    }

    public void Execute(ReadOnlySpan<byte> frame, VirtioNetHeader offload, ReadOnlySpan<FlowAction> actions)
    {
        var (bytes, copy) = (frame.ToArray(), actions.ToArray());
        _queued.Add(() => _switch.Execute(bytes, copy));
    }

    public void Flush()
    {
        var queued = _queued.ToArray();
        _queued.Clear();
        foreach (var work in queued)
            work();
    }

    public void TakeAnswers(ICollection<FlowAnswer> answers)
    {
        _answers.ForEach(answers.Add);
        _answers.Clear();
    }

    public bool TryGetStatistics(FlowId flow, out FlowStatistics statistics)
    {
        var entry = _switch.Flows.Find(flow);
        statistics = entry?.Statistics ?? default;
        return entry is not null;
    }

    public RoundProgress ReadStatistics(int limit, ICollection<FlowReading> readings)
    {
        if (_round.Count == 0)
        {
            foreach (var id in _switch.Flows.Ids)
                _round.Enqueue(id);
        }
        for (; limit > 0 && _round.TryDequeue(out var id); limit--)
        {
            if (_switch.Flows.Find(id) is { } entry && !node.Fails())
                readings.Add(new FlowReading(id, entry.Statistics));
        }
        return _round.Count > 0 ? RoundProgress.GoesOn : RoundProgress.Ended;
    }

    public void DetachLeftovers(IReadOnlyCollection<uint> claimed)
    {
        foreach (var port in _switch.Ports.Keys.Where(port => !claimed.Contains(port) && !_claimed.Contains(port)).ToArray())
            _switch.Detach(port);
    }

    public IReadOnlyList<LeftFlow> TakeLeftovers(Func<uint, bool> isWanted) =>
        [
            .. _switch
                .Flows.Ids.Select(id => _switch.Flows.Find(id)!)
                .Where(entry => isWanted(entry.Flow.Key.InPort))
                .Select(entry => new LeftFlow(
                    new DatapathFlow(entry.Flow.Id, entry.Flow.Key, entry.Flow.Mask, entry.Flow.Actions),
                    entry.Statistics
                )),
        ];

    public IReadOnlyDictionary<string, long> GetFigures() => new Dictionary<string, long>();

    public void GetPortCounters(ICollection<PortCounters> counters) { }

    public void Dispose() => IsClosed = true;

    private uint Claim(uint port)
    {
        _claimed.Add(port);
        return port;
    }

    private void Answer(FlowAnswer answer)
    {
        // The kernel's room for answers is bounded.
        if (random.Next(100) >= node.Trouble)
            _answers.Add(answer);
    }
}
