namespace Fabric.Simulation;

/// <summary>How a frame is to be cut that was made of one which routers may cut.</summary>
/// <param name="NetworkOffset">Where its IPv6 header begins, in bytes.</param>
/// <param name="Identification">Which packet the fragments are of.</param>
public readonly record struct FragmentCut(int NetworkOffset, uint Identification);
