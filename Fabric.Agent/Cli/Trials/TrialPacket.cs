using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Cli.Trials;

/// <summary>A packet that left the network in a trial.</summary>
/// <param name="Port">The exterior port.</param>
/// <param name="Key">Its headers as it left.</param>
internal sealed record TrialPacket(Port Port, FlowKey Key);
