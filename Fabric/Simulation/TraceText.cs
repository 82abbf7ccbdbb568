using Fabric.Devices;

namespace Fabric.Simulation;

/// <summary>The words of traces: devices by their names, drops as one sentence.</summary>
public static partial class TraceText
{
    /// <summary>Why a packet goes nowhere, in one sentence that names what decided.</summary>
    public static string DropSentence(TopologySnapshot topology, DropReason reason, Decider decider) => $"dropped: {reason}";
}
