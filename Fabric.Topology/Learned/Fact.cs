using Fabric.Devices;

namespace Fabric.Topology.Learned;

/// <summary>What is known about one thing.</summary>
/// <param name="Value">What was learned.</param>
/// <param name="Owner">Who learned it.</param>
/// <param name="Version">See <see cref="StampedFact"/>.</param>
/// <param name="ConfirmedAt">When it last proved true, in ticks of the clock.</param>
/// <param name="ToldAt">When others were last told, if this host is the owner.</param>
internal readonly record struct Fact<TValue>(TValue Value, HostId Owner, long Version, long ConfirmedAt, long ToldAt = 0);
