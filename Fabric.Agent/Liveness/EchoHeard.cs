using Fabric.Devices;

namespace Fabric.Agent.Liveness;

/// <summary>Takes an echo that came back.</summary>
/// <param name="peer">The host that sent it back.</param>
/// <param name="frame">The frame; the caller's, for the time of the call.</param>
public delegate void EchoHeard(HostId peer, ReadOnlySpan<byte> frame);
