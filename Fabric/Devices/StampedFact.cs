namespace Fabric.Devices;

/// <summary>A learned fact as it travels between hosts.</summary>
/// <param name="Fact">The fact.</param>
/// <param name="Owner">The host that learned it.</param>
/// <param name="Version">
/// One more than the highest that the owner had seen for the same thing; never a clock. Of two facts the one of the higher
/// (version, owner) holds, at every host.
/// </param>
public sealed record StampedFact(LearnedFact Fact, HostId Owner, long Version);
