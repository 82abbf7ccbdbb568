namespace Fabric.Topology.Journal;

/// <summary>What became of the filling of a journal.</summary>
/// <param name="IsFilled">False: it was not empty, and nothing was stored.</param>
/// <param name="Head">The place of its last entry.</param>
public readonly record struct FillOutcome(bool IsFilled, JournalHead Head);
