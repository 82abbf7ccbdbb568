using System.Diagnostics;
using Fabric.Packets;

namespace Fabric.Flows;

/// <summary>Does a flow's actions to a frame in place, stopping wherever the frame is to leave.</summary>
/// <remarks>
/// <para>
/// An enumerator without delegates: while <see cref="MoveNext"/>, <see cref="Current"/> is an output or a hand-over to user space, and
/// <see cref="Frame"/> is the frame as rewritten until then. Every checksum that covers a rewritten field is kept right, see
/// <see cref="PacketEditor"/>; a field that the frame does not have stays unset, as does a tag that is to be popped and is not there.
/// </para>
/// <para>The caller owns the buffer. The next step may change the bytes unless <see cref="IsFinal"/>. Allocates nothing.</para>
/// </remarks>
public ref struct ActionExecutor
{
    /// <summary>Free bytes before a frame that are enough for every flow: as many tags as a key tells apart.</summary>
    public const int Headroom = PacketLayout.MaxVlans * Vlan.TagLength;

    private readonly Span<byte> _buffer;
    private readonly ReadOnlySpan<FlowAction> _actions;
    private readonly int _origin;
    private readonly int _end;
    private PacketLayout _layout;
    private int _start;
    private int _current;
    private int _tunnel;
    private int _lastRewrite;

    /// <summary>Begins to execute actions.</summary>
    /// <param name="buffer">At least <see cref="Headroom"/> free bytes, then the frame.</param>
    /// <param name="start">Where the frame starts in the buffer.</param>
    /// <param name="layout">The frame's layout, from which its length is known.</param>
    /// <param name="actions">What to do.</param>
    public ActionExecutor(Span<byte> buffer, int start, in PacketLayout layout, ReadOnlySpan<FlowAction> actions)
    {
        Debug.Assert(start + layout.FrameLength <= buffer.Length, "the frame is longer than its buffer");
        _buffer = buffer;
        _actions = actions;
        _layout = layout;
        _start = start;
        _origin = start;
        _end = start + layout.FrameLength;
        _current = -1;
        _tunnel = -1;
        _lastRewrite = actions.Length - 1;
        while (_lastRewrite >= 0 && !IsRewrite(actions[_lastRewrite].Kind))
            _lastRewrite--;
    }

    /// <summary>The output, or hand-over to user space, that is due.</summary>
    public readonly ref readonly FlowAction Current => ref _actions[_current];

    /// <summary>The frame as it is now.</summary>
    public readonly Span<byte> Frame => _buffer[_start.._end];

    /// <summary>Where the frame starts in the buffer now.</summary>
    public readonly int Start => _start;

    /// <summary>Bytes by which the headers have grown, less than zero if they shrank: -8..8. Offsets of a virtio header move by it.</summary>
    public readonly int Growth => _origin - _start;

    /// <summary>No later action changes the frame, so that its bytes may be sent after the last step.</summary>
    public readonly bool IsFinal => _current > _lastRewrite;

    /// <summary>An encapsulation was set for outputs to tunnel ports.</summary>
    public readonly bool HasTunnel => _tunnel >= 0;

    /// <summary>The encapsulation set last; only if <see cref="HasTunnel"/>.</summary>
    public readonly ref readonly FlowAction Tunnel => ref _actions[_tunnel];

    /// <summary>Goes on to the next output or hand-over to user space, doing all rewrites on the way.</summary>
    /// <returns>False if there is none; rewrites after the last one are not done.</returns>
    public bool MoveNext()
    {
        while (++_current < _actions.Length)
        {
            ref readonly var action = ref _actions[_current];
            switch (action.Kind)
            {
                case FlowActionKind.Output:
                case FlowActionKind.Userspace:
                    return true;
                case FlowActionKind.SetField:
                    SetField(action);
                    break;
                case FlowActionKind.PushVlan:
                    PushVlan(action);
                    break;
                case FlowActionKind.PopVlan:
                    PopVlan();
                    break;
                case FlowActionKind.SetTunnel:
                    _tunnel = _current;
                    break;
            }
        }
        return false;
    }

    private static bool IsRewrite(FlowActionKind kind) =>
        kind is FlowActionKind.SetField or FlowActionKind.PushVlan or FlowActionKind.PopVlan;

    private readonly void SetField(in FlowAction action)
    {
        if (action.Field is FlowField.EthSrc or FlowField.EthDst or FlowField.VlanTci)
            FrameField.SetLink(Frame, action.Field, action.Value, action.Mask);
        else
            // Tags come and go before the network header, whose place in the buffer stays.
            FrameField.SetNetwork(_buffer[_origin.._end], _layout, action.Field, action.Value, action.Mask);
    }

    private void PushVlan(in FlowAction action)
    {
        _start -= Vlan.TagLength;
        Vlan.PushRaw(Frame, action.Tpid, action.Tci);
    }

    private void PopVlan()
    {
        if (!FrameField.TryVlan(Frame, out _))
            return;
        Vlan.Pop(Frame);
        _start += Vlan.TagLength;
    }
}
