using System.Collections.Immutable;
using Fabric.Changes;
using Fabric.Protocol;

namespace Fabric.Topology.Journal;

/// <summary>The events of an entry as the bytes that journals store.</summary>
public static class EntryPayload
{
    /// <summary>The most bytes of one entry; a command that needs more must be sent in parts.</summary>
    public const int MaxLengthBytes = 16 * 1024 * 1024;

    /// <summary>Writes events; equal events give equal bytes.</summary>
    public static ReadOnlyMemory<byte> Encode(ImmutableArray<TopologyEvent> events) => FeedCodec.Encode(events);

    /// <summary>Reads events.</summary>
    /// <param name="bytes">What was stored.</param>
    /// <param name="position">Where, for the message.</param>
    /// <exception cref="JournalException">The bytes are damaged, or a newer version wrote them.</exception>
    public static ImmutableArray<TopologyEvent> Decode(ReadOnlySpan<byte> bytes, long position) =>
        FeedCodec.TryDecode(bytes, out ImmutableArray<TopologyEvent> events, out var fault)
            ? events
            : throw new JournalException(JournalFailure.Unreadable, $"entry {position} cannot be read: {fault}; {RemedyOf(fault.Kind)}");

    private static string RemedyOf(CodecFaultKind kind) =>
        kind is CodecFaultKind.NeedsLevel or CodecFaultKind.UnknownFormat ? "run a newer version" : "restore a backup";
}
