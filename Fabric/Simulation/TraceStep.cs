using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Simulation;

/// <summary>One thing that happened to a packet on its way.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Device">Where.</param>
/// <param name="Depth">How many devices the copy had entered, for indentation.</param>
/// <param name="Text">What happened in words, with names; without the device's name.</param>
/// <param name="Packet">The packet after the step.</param>
public sealed record TraceStep(TraceStepKind Kind, DeviceRef Device, int Depth, string Text, FlowKey Packet);
