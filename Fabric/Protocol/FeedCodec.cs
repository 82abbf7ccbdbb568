using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Fabric.Changes;
using Fabric.Devices;

namespace Fabric.Protocol;

/// <summary>The bytes of journal entries, events, devices, snapshots and feed messages.</summary>
/// <remarks>
/// Equal values give equal bytes, on every machine and in every release that writes them at all: entries are hashed as bytes. Reading never
/// throws for what bytes hold; see docs/decisions/0010-journal-encoding.md. Thread-safe.
/// </remarks>
public static class FeedCodec
{
    /// <summary>The bytes of an entry.</summary>
    public static byte[] Encode(JournalEntry entry) => Envelope.Seal(ChangeLayouts.Entry, entry);

    /// <summary>The bytes of the events of an entry, for a journal that keeps its other parts in columns.</summary>
    public static byte[] Encode(ImmutableArray<TopologyEvent> events) => Envelope.Seal(ChangeLayouts.Events, events);

    /// <summary>The bytes of a single event.</summary>
    public static byte[] Encode(TopologyEvent happened) => Envelope.Seal(ChangeLayouts.Event, happened);

    /// <summary>The bytes of a device.</summary>
    public static byte[] Encode(Device device) => Envelope.Seal(DeviceLayouts.Device, device);

    /// <summary>The bytes of a whole description.</summary>
    public static byte[] Encode(TopologySnapshot topology) => Envelope.Seal(FeedLayouts.Snapshot, topology);

    /// <summary>The bytes of a feed message.</summary>
    public static byte[] Encode(FeedMessage message) => Envelope.Seal(FeedLayouts.Message, message);

    /// <summary>The lowest <see cref="CodecLevel"/> that reads bytes which this class wrote.</summary>
    public static int LevelOf(ReadOnlySpan<byte> written) => Envelope.LevelOf(written);

    /// <summary>Reads an entry.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out JournalEntry? entry, out CodecFault fault) =>
        Envelope.TryOpen(ChangeLayouts.Entry, bytes, out entry, out fault);

    /// <summary>Reads the events of an entry.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out ImmutableArray<TopologyEvent> events, out CodecFault fault) =>
        Envelope.TryOpen(ChangeLayouts.Events, bytes, out events, out fault);

    /// <summary>Reads a single event.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TopologyEvent? happened, out CodecFault fault) =>
        Envelope.TryOpen(ChangeLayouts.Event, bytes, out happened, out fault);

    /// <summary>Reads a device.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Device? device, out CodecFault fault) =>
        Envelope.TryOpen(DeviceLayouts.Device, bytes, out device, out fault);

    /// <summary>Reads a whole description and makes its indexes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TopologySnapshot? topology, out CodecFault fault) =>
        Envelope.TryOpen(FeedLayouts.Snapshot, bytes, out topology, out fault);

    /// <summary>Reads a feed message.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FeedMessage? message, out CodecFault fault) =>
        Envelope.TryOpen(FeedLayouts.Message, bytes, out message, out fault);
}
