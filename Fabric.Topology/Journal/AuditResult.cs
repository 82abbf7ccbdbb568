namespace Fabric.Topology.Journal;

/// <summary>What the reading of a whole journal has found.</summary>
/// <param name="Head">The last entry that is sound; all before it are.</param>
/// <param name="Snapshots">How many snapshots were found to be what the entries say.</param>
/// <param name="Damage">The first thing that is wrong, in one sentence; null when the journal is sound.</param>
public sealed record AuditResult(JournalHead Head, int Snapshots, string? Damage);
