using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>Decides what happens to a packet across the whole virtual network.</summary>
public static class Simulator
{
    /// <summary>Decides about a packet that entered by an exterior port.</summary>
    public static Verdict Run(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        PortId ingress,
        in FlowKey key,
        ReadOnlySpan<byte> packet,
        SimulationScratch scratch
    ) => default;

    /// <summary>Decides about a frame that the network made and that leaves a device by a port.</summary>
    public static Verdict RunEmitted(
        TopologySnapshot topology,
        LearnedSnapshot learned,
        PortId egress,
        in FlowKey key,
        ReadOnlySpan<byte> packet,
        SimulationScratch scratch
    ) => default;
}
