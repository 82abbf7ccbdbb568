using Fabric.Flows;

namespace Fabric.Bench.Simulation;

/// <summary>The headers of a frame read into a key.</summary>
/// <param name="packet">The frame in the notation of ofproto/trace.</param>
internal sealed class ReadKeyBody(string packet) : PacketBody
{
    private readonly byte[] _frame = PacketNotation.Parse(packet).ToFrame();
    private FlowKey _key;

    /// <inheritdoc/>
    public override void Run() => FlowKeyReader.Read(_frame, inPort: 1, out _key);
}
