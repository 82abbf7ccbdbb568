using Fabric.Devices;
using Fabric.Flows;

namespace Fabric.Agent.Cli.Trials;

/// <summary>A packet for a trial.</summary>
/// <param name="Port">The exterior port that it comes in by.</param>
/// <param name="Key">Its headers.</param>
/// <param name="Frame">Its bytes.</param>
/// <param name="At">When it comes in, since the first one; null for together with the one before.</param>
internal sealed record TrialInput(Port Port, FlowKey Key, byte[] Frame, TimeSpan? At);
