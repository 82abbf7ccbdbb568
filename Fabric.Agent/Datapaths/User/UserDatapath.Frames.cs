using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <content>Frames from receipt to sending: the hot path.</content>
public sealed partial class UserDatapath
{
    private readonly List<UserPort> _dirty = [];

    /// <summary>Frames that a port of no number, or one that is gone, should have taken.</summary>
    public long UnknownOutputs { get; private set; }

    /// <inheritdoc/>
    public void Execute(in Upcall upcall, ReadOnlySpan<FlowAction> actions) => Execute(_received, upcall.Handle, actions);

    /// <inheritdoc/>
    public void Execute(ReadOnlySpan<byte> frame, VirtioNetHeader offload, ReadOnlySpan<FlowAction> actions)
    {
        if (actions.IsEmpty)
            return;
        if (_made.Count == FrameBatch.Capacity)
            Flush();
        if (_made.TryAdd(frame, offload))
            Execute(_made, _made.Count - 1, actions);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        FlushSockets();
        _underlay?.Flush();
        _made.Clear();
    }

    private void Receive(UserPort port, UpcallBatch batch)
    {
        var count = port.Socket.Receive(_received);
        if (count == 0)
        {
            DropIfGone(port);
            return;
        }
        var now = clock.GetTimestamp();
        for (var i = 0; i < count; i++)
            Switch(port.Number, i, now, default, batch);
        if (count == FrameBatch.Capacity)
            MarkReady(port);
        if (batch.Count == 0)
            Flush();
    }

    /// <summary>One frame: its flow's actions, or a miss.</summary>
    private unsafe void Switch(uint port, int index, long now, in VxlanArrival arrival, UpcallBatch batch)
    {
        var frame = _received.Frame(index);
        if (!PacketLayout.TryParse(frame, out var layout))
            return;
        ref var offload = ref _received.Header(index);
        layout.HasPartialChecksum = offload.NeedsChecksum && offload.ChecksumStart == layout.TransportOffset;
        FlowKeyReader.Read(frame, layout, port, out var key);
        if (port == _tunnel)
            arrival.Tell(ref key);
        // Few frames are longer than any tunnel takes, and only of those is it asked what they are cut into.
        if (
            _flows.Match(key, frame.Length, now) is { } entry
            && (frame.Length <= entry.LongestFrame || offload.WireLengthOf(frame) <= entry.LongestFrame)
        )
        {
            Execute(_received, index, layout, entry.Flow.Actions);
            return;
        }
        // As the kernel does: whoever reads a missed packet may check its checksum, and answers none that is wrong.
        ChecksumCompletion.Finish(frame, ref offload);
        ref var upcall = ref batch.Add();
        upcall.Key = key;
        upcall.Frame = _received.Address(index);
        upcall.FrameLength = frame.Length;
        upcall.Offload = offload;
        upcall.Handle = index;
        upcall.IsKeyIncomplete = false;
    }

    /// <summary>Does actions to a frame whose headers were not looked at yet.</summary>
    private void Execute(FrameBatch frames, int index, ReadOnlySpan<FlowAction> actions)
    {
        if (!PacketLayout.TryParse(frames.Frame(index), out var layout))
            return;
        ref var offload = ref frames.Header(index);
        layout.HasPartialChecksum = offload.NeedsChecksum && offload.ChecksumStart == layout.TransportOffset;
        Execute(frames, index, layout, actions);
    }

    private void Execute(FrameBatch frames, int index, in PacketLayout layout, ReadOnlySpan<FlowAction> actions)
    {
        // The most frequent flow: one output, nothing rewritten.
        if (actions.Length == 1 && actions[0].Kind == FlowActionKind.Output)
        {
            Queue(frames, index, actions[0].Port);
            return;
        }
        var executor = frames.Begin(index, layout, actions);
        while (executor.MoveNext())
        {
            if (executor.Current.Kind != FlowActionKind.Output)
                continue;
            frames.Follow(index, executor);
            if (executor.Current.Port == _tunnel && executor.HasTunnel)
            {
                _underlay!.Send(frames, index, executor.Tunnel);
                continue;
            }
            Queue(frames, index, executor.Current.Port);
            // The next rewrite changes the bytes that are queued, so they must leave first.
            if (!executor.IsFinal)
                FlushSockets();
        }
    }

    private void Queue(FrameBatch frames, int index, uint portNumber)
    {
        if (!_ports.TryGetValue(portNumber, out var port))
        {
            UnknownOutputs++;
            return;
        }
        port.Socket.Queue(frames, index);
        if (port.IsDirty)
            return;
        port.IsDirty = true;
        _dirty.Add(port);
    }

    private void FlushSockets()
    {
        foreach (var port in _dirty)
        {
            port.Socket.Flush();
            port.IsDirty = false;
        }
        _dirty.Clear();
    }
}
