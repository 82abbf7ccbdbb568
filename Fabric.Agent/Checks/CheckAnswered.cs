using Fabric.Devices;

namespace Fabric.Agent.Checks;

/// <summary>Takes a frame with which a member answered a check.</summary>
/// <param name="router">The router that asked.</param>
/// <param name="frame">The frame; the caller's, for the time of the call.</param>
public delegate void CheckAnswered(RouterId router, ReadOnlySpan<byte> frame);
