using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>The words of traces: devices by their names, drops as one sentence.</summary>
public static partial class TraceText
{
    /// <summary>Why a packet goes nowhere, in one sentence that names what decided.</summary>
    public static string DropSentence(TopologySnapshot topology, DropReason reason, Decider decider) => $"dropped: {reason}";

    /// <summary>A packet enters a device by a port.</summary>
    public static string Enters(TopologySnapshot topology, Port port) => $"enters by {port.Name}";

    /// <summary>A copy leaves the network by an exterior port.</summary>
    public static string Leaves(TopologySnapshot topology, Port port) => $"leaves by {port.Name}";
}
