namespace Fabric.Topology.Journal;

/// <summary>The whole description at a position, stored so that a start need not read all of the past.</summary>
/// <param name="Head">The position, and the hash of the entry there.</param>
/// <param name="Payload">The description, as <see cref="SnapshotPayload"/> writes it.</param>
public sealed record StoredSnapshot(JournalHead Head, ReadOnlyMemory<byte> Payload);
