using Fabric.Flows;
using Fabric.Packets;

namespace Fabric.Bench.Simulation;

/// <summary>What a router does to a frame: other Ethernet addresses and a smaller time to live, checksums included.</summary>
internal sealed class ActionsBody : PacketBody
{
    private readonly byte[] _buffer;
    private readonly PacketLayout _layout;
    private readonly FlowAction[] _actions =
    [
        FlowAction.SetField(FlowField.EthSrc, 0x0200_0000_0101, FlowFieldLayout.AllOf(FlowField.EthSrc)),
        FlowAction.SetField(FlowField.EthDst, 0x0200_0000_0002, FlowFieldLayout.AllOf(FlowField.EthDst)),
        FlowAction.SetField(FlowField.IpTtl, 63, FlowFieldLayout.AllOf(FlowField.IpTtl)),
        FlowAction.Output(2),
    ];

    /// <summary>Executes on the same bytes each time, as the datapath does on those it received.</summary>
    /// <param name="packet">The frame in the notation of ofproto/trace.</param>
    public ActionsBody(string packet)
    {
        var frame = PacketNotation.Parse(packet).ToFrame();
        _buffer = [.. new byte[ActionExecutor.Headroom], .. frame];
        PacketLayout.TryParse(frame, out _layout);
    }

    /// <inheritdoc/>
    public override void Run()
    {
        var executor = new ActionExecutor(_buffer, ActionExecutor.Headroom, _layout, _actions);
        while (executor.MoveNext()) { }
    }
}
