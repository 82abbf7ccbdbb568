using System.Diagnostics.CodeAnalysis;
using Fabric.Devices;
using Fabric.Protocol;

namespace Fabric.Topology.Journal;

/// <summary>A description as the bytes that journals store beside their entries.</summary>
public static class SnapshotPayload
{
    /// <summary>Writes a description.</summary>
    public static ReadOnlyMemory<byte> Encode(TopologySnapshot topology) => FeedCodec.Encode(topology);

    /// <summary>Reads a description; false when the bytes are not readable, or are of another position than they stand at.</summary>
    public static bool TryDecode(StoredSnapshot stored, [NotNullWhen(true)] out TopologySnapshot? topology) =>
        FeedCodec.TryDecode(stored.Payload.Span, out topology, out _) && topology.Position == stored.Head.Position;
}
