using Fabric.Devices;
using Fabric.Flows;
using Fabric.Simulation;

namespace Fabric.Bench.Simulation;

/// <summary>The same packet decided about again and again.</summary>
internal sealed class SimulationBody : PacketBody
{
    private readonly TopologySnapshot _topology;
    private readonly LearnedSnapshot _learned;
    private readonly PortId _ingress;
    private readonly byte[] _frame;
    private readonly FlowKey _key;
    private readonly SimulationScratch _scratch = new();

    /// <summary>Simulates once, to see that what is measured is what was meant.</summary>
    /// <param name="topology">The description.</param>
    /// <param name="learned">The learned facts.</param>
    /// <param name="ingress">Where the packet enters.</param>
    /// <param name="packet">The packet in the notation of ofproto/trace.</param>
    /// <param name="outputs">How many copies should leave.</param>
    public SimulationBody(TopologySnapshot topology, LearnedSnapshot learned, PortId ingress, string packet, int outputs)
    {
        (_topology, _learned, _ingress) = (topology, learned, ingress);
        _frame = PacketNotation.Parse(packet).ToFrame();
        FlowKeyReader.Read(_frame, inPort: 1, out _key);
        var verdict = Simulator.Run(_topology, _learned, _ingress, _key, _frame, _scratch);
        if (_scratch.Outputs.Count != outputs)
            throw new InvalidOperationException($"{packet} gives {verdict} and {_scratch.Outputs.Count} outputs instead of {outputs}");
    }

    /// <inheritdoc/>
    public override void Run() => Simulator.Run(_topology, _learned, _ingress, _key, _frame, _scratch);
}
