using Fabric.Devices;

namespace Fabric.Balancing.Checks;

/// <summary>What comes of a probe's turn.</summary>
/// <param name="Probe">The probe from now on.</param>
/// <param name="Send">What is to be sent; null for nothing.</param>
/// <param name="Result">What came of the probe; null while it goes on.</param>
/// <param name="Status">With the result: the status of HTTP, 0 if there is none.</param>
public readonly record struct ProbeTurn(Probe Probe, ProbePacket? Send = null, CheckResult? Result = null, ushort Status = 0);
