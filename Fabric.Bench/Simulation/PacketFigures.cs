namespace Fabric.Bench.Simulation;

/// <summary>What a loop over one body gave.</summary>
/// <param name="PacketsPerSecond">Of each round; a second is one of processor time.</param>
/// <param name="BytesPerPacket">Bytes allocated on the managed heap, over all rounds.</param>
internal sealed record PacketFigures(double[] PacketsPerSecond, double BytesPerPacket);
