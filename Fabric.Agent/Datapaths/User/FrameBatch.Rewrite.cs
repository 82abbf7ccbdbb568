using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Agent.Datapaths.User;

/// <content>Doing a flow's actions to a frame in place.</content>
public sealed unsafe partial class FrameBatch
{
    /// <summary>Begins to do actions to a frame; tell <see cref="Follow"/> at every output.</summary>
    internal ActionExecutor Begin(int index, in PacketLayout layout, ReadOnlySpan<FlowAction> actions)
    {
        var slot = new Span<byte>(_memory + ((nint)index * SlotBytes), SlotBytes);
        return new ActionExecutor(slot, _starts[index], layout, actions);
    }

    /// <summary>Takes in where a frame begins after rewrites: tags may have come or gone.</summary>
    internal void Follow(int index, in ActionExecutor executor)
    {
        var growth = _starts[index] - executor.Start;
        Place(index, executor.Start, executor.Frame.Length);
        _vectors->Headers[index].ShiftBy(growth);
    }
}
