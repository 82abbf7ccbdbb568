namespace Fabric.Simulation;

/// <summary>The result of simulating one packet, beside what the scratch holds (mask, outputs, tags, effects, trace).</summary>
/// <param name="Kind">How it ends.</param>
/// <param name="Reason">Why it goes nowhere; for a flood, of the first copy that was dropped if none left.</param>
/// <param name="IsCacheable">The mask tells all that the verdict depends on, so that a flow may stand for it.</param>
/// <param name="Decider">What decided a drop: the device, and for a rule its chain, place and hook.</param>
public readonly record struct Verdict(VerdictKind Kind, DropReason Reason, bool IsCacheable, Decider Decider);
